using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OmnyDrive.Client.Flow;
using OmnyDrive.Errors;

namespace OmnyDrive.Client;

/// <summary>
/// A server of ours as its clients see it: requests go out with a bearer token in their header, answers come back as success or as
/// <see cref="DriveException"/>. A server that cannot be reached, breaks off or is silent for too long throws <paramref name="unreachableCode"/>.
/// </summary>
/// <param name="http">The connection pool; its own timeout is not used. Not disposed here.</param>
/// <param name="baseUrl">Absolute; routes are relative to it.</param>
/// <param name="name">What it is, for messages: "a hub".</param>
/// <param name="unreachableCode">The code where nobody answers.</param>
/// <param name="unreachableHint">What to do then.</param>
internal sealed class HttpPeer(HttpClient http, Uri baseUrl, string name, string unreachableCode, string unreachableHint)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private const int MaxAnswer = 16 * 1024 * 1024;

    /// <summary>How long a server may take to begin its answer, and a control message to arrive.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly Uri _root = baseUrl.AbsoluteUri.EndsWith('/') ? baseUrl : new Uri(baseUrl.AbsoluteUri + "/");

    /// <summary>The server's address, as given.</summary>
    public Uri BaseUrl { get; } = baseUrl;

    /// <summary>What it is, for messages.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// A pool of connections as all our clients want it: no redirects (they would carry a token elsewhere), no cookies, no proxy
    /// between processes of one machine.
    /// </summary>
    /// <param name="baseUrl">Where they lead.</param>
    /// <param name="over">Puts a handler before them; by default none.</param>
    public static HttpClient CreatePool(Uri baseUrl, Func<SocketsHttpHandler, HttpMessageHandler>? over = null)
    {
        var connections = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !baseUrl.IsLoopback,
            ConnectTimeout = ConnectTimeout,
            ConnectCallback = LiveConnection.OpenAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        return new HttpClient(over?.Invoke(connections) ?? connections) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Checks an address that a user or a peer gave: absolute, http or https, without user name, query or fragment.</summary>
    public static Uri CheckUrl(string url, string what, string example)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.Host.Length > 0)
            return uri;
        throw DriveException.Invalid($"\"{Clip(url)}\" is not the address of {what}.", $"Give an http or https URL without user name, such as {example}");
    }

    private static string CheckToken(string token) => token.Length > 0 && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? token
        : throw new DriveException(ErrorCode.Unauthorized, "The token kept here is damaged.", "Log in again: omnydrive login");

    // A password in a URL that was refused does not go into the message.
    private static string Clip(string url) => url.Contains('@', StringComparison.Ordinal) ? "…" + url[(url.LastIndexOf('@') + 1)..] : url;

    /// <summary>The whole URL of a route.</summary>
    public Uri UrlOf(string route) => new(_root, route);

    /// <summary>Sends a request; throws unless the answer is a success. The body is not read yet, and the response is the caller's to dispose.</summary>
    /// <param name="method">The method.</param>
    /// <param name="route">Relative, without a leading slash.</param>
    /// <param name="token">A token or ticket, or null.</param>
    /// <param name="content">The body, or null.</param>
    /// <param name="cancellation">Ends the exchange.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string route, string? token, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(_root, route)) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", CheckToken(token));
        var response = await GuardAsync(() => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation), cancellation);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await GuardAsync(() => ProblemReader.ReadAsync(response, this, cancellation), cancellation);
    }

    /// <summary>A message as the body of a request.</summary>
    public static HttpContent Json<T>(T value, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>Sends a control message whose answer is empty, within <see cref="AnswerTimeout"/>.</summary>
    public async Task TellAsync(HttpMethod method, string route, string? token, HttpContent? body, CancellationToken cancellation)
    {
        using var limited = Limit(cancellation);
        using var response = await GuardAsync(() => SendAsync(method, route, token, body, limited.Token), cancellation);
    }

    /// <summary>Sends a control message and reads the answer as JSON, within <see cref="AnswerTimeout"/>.</summary>
    public async Task<T> AskAsync<T>(HttpMethod method, string route, string? token, HttpContent? body, JsonTypeInfo<T> answer, CancellationToken cancellation)
    {
        using var limited = Limit(cancellation);
        using var response = await GuardAsync(() => SendAsync(method, route, token, body, limited.Token), cancellation);
        return await ReadJsonAsync(response, answer, cancellation, limited.Token);
    }

    /// <summary>Reads the JSON of an answer that has begun.</summary>
    public Task<T> ReadJsonAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> answer, CancellationToken cancellation) =>
        ReadJsonAsync(response, answer, cancellation, cancellation);

    private Task<T> ReadJsonAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> answer, CancellationToken cancellation, CancellationToken limited) =>
        GuardAsync(() => ReadAsync(response, answer, limited), cancellation);

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxAnswer, cancellation);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            return await JsonSerializer.DeserializeAsync(stream, type, cancellation) ?? throw new JsonException("The answer is null.");
        }
        catch (Exception e) when (e is JsonException or HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
        {
            throw new DriveException(ErrorCode.Protocol, $"{BaseUrl} did not answer as {Name}.", "Check the address; some other program may be listening there.", e);
        }
    }

    private static CancellationTokenSource Limit(CancellationToken cancellation)
    {
        var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(AnswerTimeout);
        return limited;
    }

    /// <summary>
    /// Runs a part of an exchange; a connection that fails becomes the exception of a server that cannot be reached. A cancellation
    /// that the caller did not ask for is a timeout.
    /// </summary>
    public async Task<T> GuardAsync<T>(Func<Task<T>> exchange, CancellationToken cancellation)
    {
        try
        {
            return await exchange();
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // HttpClient speaks of an error while it copied something; what broke, the innermost knows.
            var reason = e is OperationCanceledException ? "it did not answer in time" : (e.InnerException as StalledException ?? e).Message;
            throw Unreachable(reason, e);
        }
    }

    /// <summary>The exception of a server that cannot be reached.</summary>
    public DriveException Unreachable(string reason, Exception? cause = null) => new(unreachableCode, $"{BaseUrl} cannot be reached: {reason}", unreachableHint, cause);
}

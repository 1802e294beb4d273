using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace OmnyDrive.Server.Tests;

/// <summary>What a hub answers to requests that our own client never sends.</summary>
public sealed class HubWireTests : IAsyncLifetime
{
    private RunningHub _running = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _running = await RunningHub.StartAsync();
        _http = new HttpClient { BaseAddress = _running.Url };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _running.DisposeAsync();
    }

    [Fact]
    public async Task The_hub_route_names_product_versions_and_key()
    {
        using var info = JsonDocument.Parse(await _http.GetStringAsync("/v1/hub"));
        Assert.Equal("omnydrive-hub", info.RootElement.GetProperty("product").GetString());
        Assert.Equal(1, Assert.Single(info.RootElement.GetProperty("apiVersions").EnumerateArray()).GetInt32());
        Assert.NotEmpty(info.RootElement.GetProperty("signingKey").GetProperty("publicKey").GetBytesFromBase64());
    }

    [Theory]
    [InlineData("GET", "/v1/drives")]
    [InlineData("GET", "/v1/drives/alpha/docs")]
    [InlineData("PUT", "/v1/drives/docs")]
    [InlineData("DELETE", "/v1/drives/docs")]
    [InlineData("POST", "/v1/drives/alpha/docs/route")]
    [InlineData("POST", "/v1/report")]
    public async Task Every_route_behind_the_entrance_wants_a_token(string method, string route)
    {
        const string AnyBody = """{"provider":"directory","accessMode":"read-write","capabilities":[],"actions":["read"],"serving":true,"refs":{}}""";
        using var request = new HttpRequestMessage(new HttpMethod(method), route);
        if (method is "PUT" or "POST")
            request.Content = Json(AnyBody);
        await AnswersAsync(HttpStatusCode.Unauthorized, "unauthorized", request);
    }

    [Fact]
    public async Task A_token_in_the_url_is_no_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/drives?token=abc&access_token=abc");
        await AnswersAsync(HttpStatusCode.Unauthorized, "unauthorized", request);
    }

    [Fact]
    public async Task A_body_over_64_kibibytes_is_refused() =>
        await AnswersAsync(HttpStatusCode.RequestEntityTooLarge, "invalid", Enrol($$"""{"id":"alpha","displayName":"{{new string('x', 64 * 1024)}}"}"""));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"id":"alpha"}""")]
    [InlineData("""{"id":"alpha","displayName":null}""")]
    [InlineData("""{"id":7,"displayName":"Alpha"}""")]
    [InlineData("""{"id":"alpha","id":"beta","displayName":"Alpha"}""")]
    [InlineData("""{"id":"../alpha","displayName":"Alpha"}""")]
    [InlineData("""{"ID":"alpha","DisplayName":"Alpha"}""")]
    public async Task A_malformed_body_is_refused(string body) => await AnswersAsync(HttpStatusCode.BadRequest, "invalid", Enrol(body));

    [Fact]
    public async Task A_body_nested_too_deeply_is_refused() => await AnswersAsync(
        HttpStatusCode.BadRequest, "invalid", Enrol($$"""{"id":"alpha","displayName":"Alpha","more":{{new string('[', 1000)}}{{new string(']', 1000)}}}"""));

    [Fact]
    public async Task A_body_that_is_not_json_by_its_type_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/endpoints") { Content = new StringContent("id=alpha", Encoding.UTF8, "text/plain") };
        await AnswersAsync(HttpStatusCode.UnsupportedMediaType, "invalid", request);
    }

    [Fact]
    public async Task A_member_that_this_build_does_not_know_is_passed_over()
    {
        using var answer = await _http.SendAsync(Enrol("""{"id":"alpha","displayName":"Alpha","later":{"a":1}}"""));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Another_version_of_the_protocol_is_named_as_such()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/drives");
        await AnswersAsync(HttpStatusCode.NotFound, "unsupported_version", request);
    }

    [Theory]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/drives/alpha/docs/extra", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/v1/hub", HttpStatusCode.MethodNotAllowed)]
    public async Task An_address_that_is_none_gets_an_error_in_the_same_shape(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await AnswersAsync(status, "invalid", request);
    }

    [Theory]
    [InlineData("/v1/drives/ALPHA/docs")]
    [InlineData("/v1/drives/alpha/%2e%2e%2fdocs")]
    [InlineData("/v1/drives/alpha/do%00cs")]
    public async Task A_malformed_id_in_a_path_is_refused(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", "abc");
        using var answer = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Headers_over_their_limit_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/hub");
        request.Headers.Add("X-Long", new string('x', 20 * 1024));
        using var answer = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
    }

    private static HttpRequestMessage Enrol(string body) => new(HttpMethod.Post, "/v1/endpoints") { Content = Json(body) };

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private async Task AnswersAsync(HttpStatusCode status, string code, HttpRequestMessage request)
    {
        using var answer = await _http.SendAsync(request);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        using var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(code, error.RootElement.GetProperty("code").GetString());
        Assert.NotEmpty(error.RootElement.GetProperty("message").GetString()!);
    }
}

"""A slow or failing link between programs on this machine, for kernels whose traffic control cannot delay (no netem)."""
import asyncio
import socket
import struct
import threading
import time

PIECE = 16 * 1024
# How far ahead of the wire a sender is read, in seconds: more than a timer is late, less than anybody notices.
AHEAD = 0.005
# Pieces that a direction of a connection holds until they arrive.
IN_FLIGHT = 256
LINGER_NONE = struct.pack("ii", 1, 0)


class Link:
    """One link for all connections through it: `rate` bytes a second each way (None: as fast as it goes), `delay` seconds each way.

    It stands between a client and servers as a proxy, and a connection takes a round trip to open, as it would. What it counts has been on the link, whether it
    arrived or was lost in a cut. There is no slow start and no loss."""

    def __init__(self, rate=None, delay=0.0):
        self.rate, self.delay = rate, delay
        self.up, self.down, self.cuts = Direction(), Direction(), 0
        self._every = self._left = 0
        self._open = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def carried(self):
        return self.up.carried + self.down.carried

    def to(self, port):
        """The port at which a port of this machine is reached over the link."""
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)
        self._loop.call_soon_threadsafe(lambda: self._loop.create_task(self._accept(listener, port)))
        return listener.getsockname()[1]

    def cut_every(self, size, times):
        """Kills all connections each time that so many bytes were carried, so many times."""
        self._every, self._left, self.cuts = size, times, 0
        self._next = self.carried + size

    def stop(self):
        async def end():
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        asyncio.run_coroutine_threadsafe(end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    async def _accept(self, listener, port):
        with listener:
            while True:
                client, _ = await self._loop.sock_accept(listener)
                self._loop.create_task(self._connection(client, port))

    async def _connection(self, client, port):
        server = socket.socket()
        pair = (client, server)
        self._open[asyncio.current_task()] = pair
        try:
            for end in pair:
                end.setblocking(False)
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * PIECE)
            # The client believes itself connected a round trip early. What it says is taken when it would have been, and the server has its say half a round trip later.
            await asyncio.sleep(2 * self.delay)
            await self._loop.sock_connect(server, ("127.0.0.1", port))
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(client, server, self.up))
                await asyncio.sleep(self.delay)
                both.create_task(self._carry(server, client, self.down))
        except* OSError:
            # One end is gone; the other learns it the same way.
            reset(pair)
        finally:
            del self._open[asyncio.current_task()]
            for end in pair:
                end.close()

    async def _carry(self, source, target, direction):
        """Bytes leave one after the other, whichever connection they belong to, and arrive a delay later."""
        flying = asyncio.Queue(IN_FLIGHT)
        landing = asyncio.ensure_future(self._land(flying, target))
        try:
            while piece := await self._loop.sock_recv(source, PIECE):
                now = time.monotonic()
                direction.carried += len(piece)
                direction.free = max(now, direction.free) + (len(piece) / self.rate if self.rate else 0)
                self._cut_if_due()
                await self._put(flying, landing, (direction.free + self.delay, piece))
                if (wait := direction.free - AHEAD - now) > 0:
                    await asyncio.sleep(wait)
            await self._put(flying, landing, (time.monotonic() + self.delay, b""))
            await landing
        finally:
            landing.cancel()

    async def _put(self, flying, landing, piece):
        """Waits for room where the receiver does not read, and fails where it is gone."""
        if flying.full():
            putting = asyncio.ensure_future(flying.put(piece))
            await asyncio.wait([putting, landing], return_when=asyncio.FIRST_COMPLETED)
            if landing.done():
                putting.cancel()
        else:
            flying.put_nowait(piece)
        if landing.done():
            landing.result()

    async def _land(self, flying, target):
        while True:
            due, piece = await flying.get()
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            if not piece:
                target.shutdown(socket.SHUT_WR)
                return
            await self._loop.sock_sendall(target, piece)

    def _cut_if_due(self):
        if self._left and self.carried >= self._next:
            self._left -= 1
            self.cuts += 1
            self._next = self.carried + self._every
            for task, pair in self._open.items():
                reset(pair)
                task.cancel()


def reset(pair):
    """Closed, they will tell their peers that the connection broke, and not that all was said."""
    for end in pair:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)


class Direction:
    """What one way of a link has carried, and when it has sent all that it was given."""

    carried, free = 0, 0.0

"""A web server on loopback with one photo of 12 megapixels under every path. Usage: photo_source.py PORT.

Each path has bytes of its own (a comment in the file), so that no cache knows a photo before its address was asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys

from PIL import Image, ImageChops

SIZE = (4000, 3000)
GRAIN = 12.0
QUALITY = 88
_START, _COMMENT = b"\xff\xd8", b"\xff\xfe"
_HEAD = (
    "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\nCache-Control: max-age=3600\r\n"
    'ETag: "{etag}"\r\n\r\n'
)


def photo() -> bytes:
    """Return a JPEG as a telephone's camera makes it: broad shapes, fine grain, 3 to 4 MB."""
    bands = []
    for number in range(3):
        shapes = Image.effect_noise((40 + 10 * number, 30), 90).resize(SIZE, Image.Resampling.BICUBIC)
        bands.append(ImageChops.add(shapes, Image.effect_noise(SIZE, GRAIN), 1, -128))
    file = io.BytesIO()
    Image.merge("RGB", bands).save(file, "JPEG", quality=QUALITY, subsampling="4:2:0")
    return file.getvalue()


def answer(path: bytes, jpeg: bytes) -> bytes:
    """Return the photo with the path as its comment, headers before it."""
    comment = _COMMENT + (len(path) + 2).to_bytes(2) + path
    body = _START + comment + jpeg[len(_START) :]
    return _HEAD.format(length=len(body), etag=path.decode().strip("/")).encode() + body


async def main(port: int) -> None:
    """Serve until stopped."""
    jpeg = photo()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(answer(head.split(b" ", 2)[1], jpeg))
                await writer.drain()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

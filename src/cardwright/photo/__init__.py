"""Image bytes to image bytes: decoded strictly, rendered small. CPU only.

`render.render` and `render.shrink` make the photo of a card, `accept.accept` the image to keep. Both modules load
Pillow, 20 MB that a server does not want: it asks `workers.Workers` for the same three.
"""

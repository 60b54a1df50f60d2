"""Where in a file the mark lies: an outline on the picture, spans on the outline of a recording."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.i18n import seconds, tr
from app.previews import Preview
from app.theme import Size, Space, theme

Places = tuple[tuple[float, float], ...]


class PreviewView(QWidget):
    """A picture with the marked region, or a recording with the marked spans."""

    def __init__(self) -> None:
        super().__init__()
        self._preview: Preview | None = None
        self._where: Places = ()
        self._role = "certain"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self._describe()

    def show_preview(self, preview: Preview | None, where: Places = (), role: str = "certain") -> None:
        """Show a file's view with the places of its mark, drawn in the colour of a role."""
        self._preview, self._where, self._role = preview, where, role
        self.updateGeometry()
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        sound = self._preview is not None and self._preview.peaks is not None
        return QSize(Size.PREVIEW, Size.TIMELINE * 2 + Size.ICON if sound else Size.PREVIEW)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._preview is not None and self._preview.image is not None:
            self._picture(painter, self._preview)
        elif self._preview is not None and self._preview.peaks is not None:
            self._recording(painter, self._preview)
        painter.end()

    def _picture(self, painter: QPainter, view: Preview) -> None:
        assert view.image is not None
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shown = QRectF(QPointF(), view.image.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio))
        shown.moveTopLeft(room.topLeft())
        painter.save()
        rounded = QPainterPath()
        rounded.addRoundedRect(shown, Size.CORNER, Size.CORNER)
        painter.setClipPath(rounded)
        painter.drawImage(shown, view.image)
        if self._where and view.width and view.height:
            x, y = shown.width() / view.width, shown.height() / view.height
            edge = QPolygonF(shown.adjusted(2, 2, -2, -2))
            corners = QPolygonF([QPointF(shown.left() + a * x, shown.top() + b * y) for a, b in self._where])
            corners = corners.intersected(edge)  # a region that reaches beyond the picture ends at its edge
            outside = QPainterPath()
            outside.addRect(shown)
            inside = QPainterPath()
            inside.addPolygon(corners)
            inside.closeSubpath()
            shade = theme.colour("window")
            shade.setAlphaF(0.6)
            painter.fillPath(outside.subtracted(inside), shade)
            # Two lines, so that one of them is seen on any picture.
            for colour, width in ((theme.colour("surface"), 5.0), (theme.colour(self._role), 2.5)):
                pen = QPen(colour, width)
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolygon(corners)
        painter.restore()
        painter.setPen(theme.colour("line"))
        painter.drawRoundedRect(shown, Size.CORNER, Size.CORNER)

    def _recording(self, painter: QPainter, view: Preview) -> None:
        assert view.peaks is not None
        bottom = Size.ICON
        room = QRectF(self.rect()).adjusted(0, 0, 0, -bottom)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("window"))
        painter.drawRoundedRect(room, Size.CORNER, Size.CORNER)
        total = max(view.seconds, 1e-9)
        spans = [(max(0.0, a) / total, min(b, total) / total) for a, b in self._where]
        ground = theme.colour(self._role)
        ground.setAlphaF(0.14)
        for start, end in spans:
            place = QRectF(room.left() + start * room.width(), room.top(), (end - start) * room.width(), room.height())
            painter.setBrush(ground)
            painter.drawRoundedRect(place, Space.XS / 2, Space.XS / 2)
            painter.setBrush(theme.colour(self._role))
            painter.drawRect(QRectF(place.left(), room.bottom() - Space.XS, place.width(), Space.XS))
        columns = len(view.peaks)
        loudest = max(float(abs(view.peaks).max()), 1e-6)
        middle, reach = room.center().y(), room.height() / 2 - Space.S
        step = 3
        for x in range(int(room.left()) + 1, int(room.right()), step):
            first = int((x - room.left()) / room.width() * columns)
            last = max(first + 1, int((x + step - room.left()) / room.width() * columns))
            part = view.peaks[first:last]
            if not len(part):
                continue
            low, high = float(part[:, 0].min()) / loudest, float(part[:, 1].max()) / loudest
            share = (x - room.left()) / room.width()
            marked = any(start <= share <= end for start, end in spans)
            painter.setBrush(theme.colour(self._role if marked else "muted"))
            painter.drawRoundedRect(QRectF(x, middle - high * reach, 2, max(1.0, (high - low) * reach)), 1, 1)
        painter.setPen(theme.colour("muted"))
        painter.setFont(theme.font(Size.SMALL))
        below = QRectF(room.left(), room.bottom(), room.width(), bottom)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, seconds(0.0))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, seconds(view.seconds))

    def _describe(self) -> None:
        """Say in words what the drawing shows."""
        view = self._preview
        if view is None:
            text = tr("No preview")
        elif view.peaks is not None:
            spans = ", ".join(f"{seconds(a)} – {seconds(b)}" for a, b in self._where)
            text = tr("Recording of {length}; marked: {spans}", length=seconds(view.seconds), spans=spans or "–")
        else:
            text = tr("Picture of {width} × {height} pixels", width=view.width, height=view.height)
            if self._where:
                corners = ", ".join(f"({x:.0f}, {y:.0f})" for x, y in self._where)
                text += " " + tr("with the marked region {corners}", corners=corners)
        self.setAccessibleName(text)

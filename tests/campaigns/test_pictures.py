"""Pictures: made harmless, shown from our own host or inside the message."""

import email
import io
import time
from concurrent.futures import ThreadPoolExecutor
from email import policy
from html.parser import HTMLParser

import pytest
from PIL import Image

from tests.factories import accounts
from tests.factories import sendings as make
from webapp.campaigns import blueprints, composing, files, pictures, planning, redrawing
from webapp.campaigns.previewing import seen_by
from webapp.core.errors import NotFound
from webapp.messages.mime import Recipient, Variant

MJML = make.MJML.replace("<mj-text>", "{picture}<mj-text>", 1)
PLACE = 0x0112  # Orientation, EXIF


def drawn(kind="PNG", size=(40, 30), mode="RGB", colour="#4d6b3c", **options):
    into = io.BytesIO()
    Image.new(mode, size, colour).save(into, kind, **options)
    return into.getvalue()


def moving(frames=3, size=(20, 20)):
    into = io.BytesIO()
    first, *others = (Image.new("P", size, number) for number in range(frames))
    for number, one in enumerate((first, *others)):
        one.putpalette([number * 60 % 256] * 768)
    first.save(into, "GIF", save_all=True, append_images=others, duration=90, loop=0)
    return into.getvalue()


def reopened(picture):
    image = Image.open(io.BytesIO(picture.content))
    image.load()
    return image


class Attributes(HTMLParser):
    """The tags of a page and the descriptions of its pictures."""

    def __init__(self):
        super().__init__()
        self.tags, self.descriptions = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.descriptions += [value for name, value in attrs if name == "alt"]


@pytest.fixture
def picture(workspace):
    return pictures.add(workspace, "tisane.png", drawn(), "Une tasse de tisane")


def message_with(workspace, snippet):
    campaign, _people = make.campaign_for(
        workspace, 1, mjml=MJML.replace("{picture}", snippet)
    )
    return campaign


def sent(campaign, workspace):
    raw = blueprints.ready(campaign).build(
        Recipient("anna@example.org", 7, workspace.id, 3),
        Variant(),
        planning.clock.now(),
    )
    return email.message_from_bytes(raw, policy=policy.default)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (drawn("PNG"), "image/png"),
        (drawn("JPEG"), "image/jpeg"),
        (drawn("WEBP"), "image/jpeg"),
        (drawn("WEBP", mode="RGBA", colour=(1, 2, 3, 40)), "image/png"),
        (drawn("GIF"), "image/jpeg"),
        (moving(), "image/gif"),
    ],
)
def test_a_picture_becomes_one_that_every_mail_program_shows(content, media_type):
    made = redrawing.redraw(content)
    assert made.media_type == media_type
    assert reopened(made).size == (made.width, made.height)


def test_a_moving_picture_still_moves():
    assert reopened(redrawing.redraw(moving(4))).n_frames == 4


def test_nobody_learns_where_it_was_taken():
    exif = Image.Exif()
    exif[PLACE] = 6
    exif[0x010E] = "48.8566 N, 2.3522 E"
    for kind in ("JPEG", "PNG", "WEBP"):
        content = drawn(kind, (40, 30), exif=exif)
        made = redrawing.redraw(content)
        assert b"48.8566" in content
        assert b"48.8566" not in made.content
        # It stands as the camera was held.
        assert (made.width, made.height) == (30, 40)
        assert not reopened(made).getexif()


def test_what_hides_behind_a_picture_stays_behind():
    hidden = drawn("GIF") + b"<script>alert(1)</script>"
    assert b"script" not in redrawing.redraw(hidden).content


def test_a_large_picture_becomes_as_small_as_a_message_needs():
    made = redrawing.redraw(drawn("JPEG", (3000, 1500)))
    assert (made.width, made.height) == (1200, 600)


def test_colours_stay_as_they_were_meant():
    profile = b"\0" * 128
    made = redrawing.redraw(drawn("JPEG", icc_profile=profile))
    assert reopened(made).info["icc_profile"] == profile


@pytest.mark.parametrize(
    "svg",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<?xml version='1.0'?>\n<!-- a --><!DOCTYPE svg><svg/>",
    ],
)
def test_a_drawing_that_may_hold_code_is_refused_in_words(svg):
    with pytest.raises(redrawing.DrawingRefused, match="PNG"):
        redrawing.redraw(svg)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"GIF89a<script>alert(1)</script>",
        drawn("PNG")[:60],
        drawn("JPEG")[:200],
        drawn("BMP"),
        drawn("TIFF"),
        b"%PDF-1.7",
        b"x" * (redrawing.LARGEST_UPLOAD + 1),
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(redrawing.NotAPicture):
        redrawing.redraw(content)


def test_of_large_pictures_one_is_decoded_at_a_time(monkeypatch):
    under_way, seen = [], []

    def decoded(_image):
        under_way.append(1)
        seen.append(len(under_way))
        time.sleep(0.02)
        under_way.pop()
        raise redrawing.PictureTooLarge

    def upload(content):
        with pytest.raises(redrawing.PictureTooLarge):
            redrawing.redraw(content)

    monkeypatch.setattr(redrawing, "_drawn", decoded)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(upload, [drawn()] * 4))
    assert seen == [1, 1, 1, 1]


def test_a_picture_made_to_fill_the_memory_is_refused():
    for size in ((9000, 9000), (14000, 14000)):
        bomb = drawn("PNG", size, "1", 0)
        assert len(bomb) < redrawing.LARGEST_UPLOAD
        with pytest.raises((redrawing.PictureTooLarge, redrawing.NotAPicture)):
            redrawing.redraw(bomb)
    with pytest.raises(redrawing.PictureTooLarge):
        redrawing.redraw(moving(redrawing.MOST_FRAMES + 1, (2, 2)))


def test_the_same_picture_is_kept_once(workspace, picture):
    again = pictures.add(workspace, "copy.png", drawn())
    assert again.id == picture.id


def test_without_words_of_its_own_it_is_called_by_its_name(workspace):
    made = pictures.add(workspace, "C:\\photos\\tilleul.png", drawn(colour="red"))
    assert made.description == "tilleul"


@pytest.mark.covers("delivery-10")
def test_a_picture_at_our_host_stands_in_the_message_as_an_address_of_ours(
    workspace, picture
):
    campaign = message_with(workspace, pictures.snippet(picture))
    mail = sent(campaign, workspace)
    html = mail.get_body(("html",)).get_content()
    assert mail.get_content_type() == "multipart/alternative"
    assert f'src="http://volontiers.test/i/{picture.public_id}"' in html
    assert 'alt="Une tasse de tisane"' in html


@pytest.mark.covers("delivery-10")
def test_a_picture_inside_travels_with_the_message_and_asks_nobody(workspace, picture):
    campaign = message_with(workspace, pictures.snippet(picture, inside=True))
    mail = sent(campaign, workspace)
    assert mail.get_content_type() == "multipart/related"
    html = mail.get_body(("html",)).get_content()
    assert f'src="cid:{picture.public_id}@pictures"' in html
    (part,) = (one for one in mail.walk() if one.get_content_maintype() == "image")
    assert part["content-id"] == f"<{picture.public_id}@pictures>"
    assert part.get_payload(decode=True) == picture.content
    assert "/i/" not in html


def test_a_preview_shows_what_travels_inside(workspace, picture):
    campaign = message_with(workspace, pictures.snippet(picture, inside=True))
    html = seen_by(workspace, campaign, None).html
    assert f'src="http://volontiers.test/i/{picture.public_id}"' in html
    assert "cid:" not in html


def test_a_name_cannot_break_the_message(workspace):
    made = pictures.add(
        workspace, "x.png", drawn(colour="blue"), '"><script>{{ contact.email }}'
    )
    campaign = message_with(workspace, pictures.snippet(made))
    html = sent(campaign, workspace).get_body(("html",)).get_content()
    seen = Attributes()
    seen.feed(html)
    assert seen.tags.isdisjoint({"script"})
    assert '"><script>(( contact.email ))' in seen.descriptions


@pytest.mark.parametrize("inside", [True, False])
def test_a_message_that_shows_a_picture_nobody_has_is_not_ready(
    workspace, picture, inside
):
    other = accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = pictures.add(other, "x.png", drawn(colour="black"))
    campaign = message_with(workspace, pictures.snippet(theirs, inside=inside))
    assert pictures.PictureIsGone.message in planning.check_ready(campaign)


def test_a_picture_that_a_message_shows_stays(workspace, picture):
    message_with(workspace, pictures.snippet(picture))
    with pytest.raises(pictures.PictureIsUsed):
        pictures.remove(workspace, picture.id)
    unused = pictures.add(workspace, "x.png", drawn(colour="black"))
    pictures.remove(workspace, unused.id)
    assert list(pictures.pictures_of(workspace)) == [picture]


def test_a_stranger_removes_nothing(workspace, picture):
    other = accounts.workspace(slug="ailleurs", name="Ailleurs")
    with pytest.raises(NotFound):
        pictures.remove(other, picture.id)


def test_too_much_inside_is_refused_and_says_what_to_do(workspace, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_IN_ALL", 10)
    made = pictures.add(workspace, "x.png", drawn())
    inside = message_with(workspace, pictures.snippet(made, inside=True))
    hosted = message_with(workspace, pictures.snippet(made))
    assert files.TooHeavy.message in planning.check_ready(inside)
    assert planning.check_ready(hosted) == []


def test_a_copy_shows_the_same_pictures(workspace, picture):
    campaign = message_with(workspace, pictures.snippet(picture, inside=True))
    copy = composing.duplicate(workspace, campaign)
    assert planning.check_ready(copy) == []

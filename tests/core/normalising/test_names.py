import pytest

from webapp.core.normalising import names
from webapp.core.normalising.names import Name

WRITTEN = {
    "M. Jean-Pierre DUPONT": Name("M.", "Jean-Pierre", "Dupont"),
    "DUPONT Jean": Name("", "Jean", "Dupont"),
    "Docteur Paul Martin": Name("Dr", "Paul", "Martin"),
    "Mme Marie de La Fontaine": Name("Mme", "Marie", "de La Fontaine"),
    "LE GOFF Yann": Name("", "Yann", "Le Goff"),
    "Ahmed Ben Ali": Name("", "Ahmed", "Ben Ali"),
    "MME DURAND ÉPOUSE MARTIN SOPHIE": Name("Mme", "Sophie", "Martin"),
    "Sophie Martin née Durand": Name("", "Sophie", "Martin"),
    "M. et Mme Bernard": Name("M. et Mme", "", "Bernard"),
    "Charles d'Artagnan": Name("", "Charles", "d'Artagnan"),
    "Jean Pierre MARTIN": Name("", "Jean Pierre", "Martin"),
    "marie claire dubois": Name("", "Marie Claire", "Dubois"),
    "Dupont, Jean": Name("", "Jean", "Dupont"),
    "El Amrani Youssef": Name("", "Youssef", "El Amrani"),
    "SARL Dupont et Fils": Name("", "", "SARL Dupont et Fils"),
}


@pytest.mark.covers("data-6")
@pytest.mark.parametrize("written", WRITTEN)
def test_a_french_name_is_taken_apart_however_it_is_written(written):
    assert names.parse(written) == WRITTEN[written]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("DUPONT JEAN", "Jean", "Dupont"),
        ("JEAN DUPONT", "Jean", "Dupont"),
        ("Dupont Jean-Luc", "Jean-Luc", "Dupont"),
        ("J. DUPONT", "J.", "Dupont"),
        ("DE LA TOUR Anne", "Anne", "de La Tour"),
        ("Maria Garcia Lopez", "Maria", "Garcia Lopez"),
        ("Jan van der Berg", "Jan", "van der Berg"),
        ("D'ORNANO Hubert", "Hubert", "d'Ornano"),
        ("Madonna", "", "Madonna"),
        ("", "", ""),
    ],
)
def test_first_and_last_name_are_found_in_any_order(written, first, last):
    assert names.parse(written)[1:] == (first, last)


@pytest.mark.covers("data-7")
def test_no_civility_is_ever_guessed_from_a_first_name():
    for name in ("Marie Dupont", "Jean Dupont", "Camille Martin", "DURAND Sophie"):
        assert names.parse(name).civility == ""


@pytest.mark.parametrize(
    "company",
    [
        "Boulangerie Martin",
        "Mairie de Lyon",
        "Dupont & Fils",
        "SA Durand",
        "Association des Amis",
        "Garage 2000",
    ],
)
def test_a_company_is_left_in_one_piece(company):
    assert names.parse(company) == Name("", "", company)


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("JEAN-PIERRE", "Jean-Pierre"),
        ("éLOÏSE", "éLOÏSE"),
        ("élise", "Élise"),
        ("DE LA FONTAINE", "de La Fontaine"),
        ("O'BRIEN", "O'Brien"),
        ("McDonald", "McDonald"),
        ("JP", "JP"),
        ("  Le   Goff ", "Le Goff"),
    ],
)
def test_letters_are_put_right_only_where_they_say_nothing(typed, tidied):
    assert names.tidy(typed) == tidied


@pytest.mark.parametrize(
    ("typed", "usual"),
    [
        ("Monsieur", "M."),
        ("MADAME", "Mme"),
        ("mr", "M."),
        ("Maître", "Me"),
        ("Sir", "Sir"),
    ],
)
def test_a_civility_has_one_form(typed, usual):
    assert names.civility(typed) == usual

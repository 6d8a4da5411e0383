"""First names, surnames and towns as one meets them around Nantes."""


def _words(line: str) -> tuple[str, ...]:
    return tuple(line.split())


# Those born before 1960, before 1982, and later.
WOMEN = (
    _words(
        "Monique Françoise Jacqueline Nicole Michèle Annick Danielle Christiane Jeannine"
        " Marie-Thérèse Colette Yvette Bernadette Odile Josiane Brigitte Martine Chantal"
    ),
    _words(
        "Nathalie Isabelle Sylvie Catherine Valérie Sandrine Véronique Stéphanie Céline"
        " Christelle Karine Laurence Anne-Sophie Florence Delphine Virginie Gwenaëlle Élise"
    ),
    _words(
        "Camille Julie Marine Pauline Manon Léa Chloé Sarah Laura Mathilde Justine Clémence"
        " Solène Inès Nolwenn Aurore Fatima Emma Lucie Morgane Élodie Océane Anaïs Zoé"
    ),
)
MEN = (
    _words(
        "Jean Michel Bernard Gérard Daniel André Claude Jacques Yves Alain Pierre Roger"
        " Joël Marcel Jean-Claude Robert"
    ),
    _words(
        "Philippe Thierry Pascal Éric Laurent Christophe Stéphane Frédéric Olivier David"
        " Sébastien Loïc Yann Jérôme Bruno Franck"
    ),
    _words(
        "Thomas Nicolas Julien Alexandre Maxime Antoine Kevin Quentin Hugo Lucas Mathieu"
        " Karim Gaël Théo Clément Erwan Baptiste Mehdi Léo Rémi"
    ),
)
SURNAMES = _words(
    "Martin Bernard Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Michel"
    " Garcia David Bertrand Roux Vincent Fournier Morel Girard André Mercier Dupont Lambert"
    " Bonnet François Martinez Legrand Garnier Faure Rousseau Blanc Guérin Muller Henry"
    " Roussel Nicolas Perrin Morin Mathieu Clément Gauthier Dumont Lopez Fontaine Chevalier"
    " Robin Masson Sanchez Gérard Nguyen Boyer Denis Lemaire Duval Joly Gautier Roger Roche"
    " Roy Noël Meyer Lucas Meunier Jean Pérez Marchand Dufour Blanchard Marie Barbier Brun"
    " Dumas Brunet Schmitt Leroux Colas Fernandez Pierre Renard Arnaud Rolland Caron Aubert"
    " Giraud Leclerc Vidal Bourgeois Renaud Lemoine Picard Gaillard Philippe Leclercq"
    " Lacroix Fabre Dupuis Olivier Rodriguez Da-Silva Hubert Louis Charles Guillot Rivière"
    " Le-Gall Tessier Benoît Moulin Le-Goff Payet Huet Rocher Bouvier Prévost Cordier"
    " Hamon Guyot Briand Allard Jarry Ménard Pineau Texier Baudry Bretécher Douillard"
    " Chauvin Orain Lebreton Rabreau Hervouet Guilbaud Benali Diallo Traoré Haddad"
)
# Postcode, town, and how many of a hundred customers live there.
TOWNS = (
    ("44000", "Nantes", 22),
    ("44100", "Nantes", 13),
    ("44300", "Nantes", 12),
    ("44200", "Nantes", 6),
    ("44800", "Saint-Herblain", 7),
    ("44400", "Rezé", 7),
    ("44700", "Orvault", 4),
    ("44120", "Vertou", 4),
    ("44230", "Saint-Sébastien-sur-Loire", 4),
    ("44240", "La Chapelle-sur-Erdre", 3),
    ("44470", "Carquefou", 3),
    ("44600", "Saint-Nazaire", 3),
    ("44190", "Clisson", 2),
    ("44500", "La Baule-Escoublac", 2),
    ("85000", "La Roche-sur-Yon", 2),
    ("49000", "Angers", 2),
    ("35000", "Rennes", 2),
    ("75011", "Paris", 1),
    ("69004", "Lyon", 1),
)
# RFC 2606: nobody can own these.
DOMAINS = (
    ("example.com", 30),
    ("example.org", 22),
    ("example.net", 16),
    ("courriel.example", 14),
    ("boite.example", 10),
    ("messagerie.example", 8),
)
# Nobody's domains, as if they were at the providers where the French have their mailboxes.
PROVIDERS = {
    "example.com": "google",
    "example.org": "orange",
    "example.net": "microsoft",
    "courriel.example": "free",
    "boite.example": "laposte",
}

"""What the headings of columns mean, in French and in English, as shops and other tools write them."""

import re
import unicodedata

from webapp.imports.models import Kind

_CONTACT = {
    "email": "email|e mail|mail|courriel|adresse email|adresse e mail|adresse mail|"
    "adresse de messagerie|email address|e mail address|address email|mail address|"
    "contact email|customer email|billing email|user email|email client|mail client|"
    "adresse electronique|adresse courriel|recipient|subscriber|email adresse|emails",
    "civility": "civilite|civility|titre|title|salutation|prefix|politesse|titre de civilite",
    "first_name": "prenom|first name|firstname|fname|given name|prenom client|prenoms|"
    "billing first name|customer first name|merge fname|prenom du contact|forename",
    "last_name": "nom|last name|lastname|lname|surname|family name|nom de famille|"
    "nom client|billing last name|customer last name|nom du contact|patronyme",
    "full_name": "nom complet|full name|fullname|nom et prenom|nom prenom|prenom nom|"
    "prenom et nom|contact name|customer name|display name|billing name|name",
    "phone": "telephone|tel|phone|phone number|mobile|portable|telephone portable|"
    "tel portable|mobile phone|numero de telephone|sms|gsm|cellphone|tel mobile|"
    "numero de portable|billing phone|telephone mobile|telephone 1|whatsapp|"
    "numero de mobile|contact phone",
    "landline": "telephone fixe|fixe|tel fixe|landline|landline number|home phone|"
    "telephone 2|ligne fixe|telephone domicile",
    "birth_date": "date de naissance|naissance|birthday|birth date|birthdate|dob|"
    "date of birth|anniversaire|date naissance|ne le|date d anniversaire",
    "language": "langue|language|lang|locale|preferred language",
    "street": "adresse|rue|street|address|address 1|adresse 1|address line 1|"
    "billing address 1|adresse postale|street address|billing street|ligne 1|address1|voie",
    "street_more": "complement|complement d adresse|adresse 2|address 2|address line 2|"
    "address2|billing address 2|ligne 2|complement adresse|suite",
    "postcode": "code postal|cp|postcode|zip|zip code|postal code|zipcode|code postale|"
    "billing postcode|billing zip|postal",
    "city": "ville|city|commune|town|localite|billing city|locality",
    "country": "pays|country|country code|code pays|billing country|pays code|cc",
    "time_zone": "fuseau horaire|time zone|timezone|contact timezone",
    "company": "societe|entreprise|company|raison sociale|organisation|organization|"
    "company name|nom de la societe|billing company|etablissement|nom entreprise|enseigne",
    "job_title": "fonction|poste|job title|job|profession|metier|role|position|intitule du poste",
    "siren": "siren|n siren|numero siren|no siren",
    "siret": "siret|n siret|numero siret|no siret",
    "vat_number": "tva|vat|vat number|n tva|numero de tva|tva intracommunautaire|"
    "numero tva|vat id|n tva intracommunautaire",
    "activity": "naf|ape|code naf|code ape|activite|activity",
    "headcount": "effectif|effectifs|headcount|employees|tranche d effectif|nombre de salaries",
    "founded_on": "date de creation de l entreprise|founded on|founded|fondee le|"
    "date creation entreprise",
}
_ABOUT_THE_LINE = {
    "status": "statut|status|etat|state|subscription status|email marketing status|"
    "statut d abonnement|statut email|consentement|opt in|optin|newsletter|"
    "email blacklisted|email blacklist|blacklist|accepts marketing|abonne|"
    "accepts email marketing|email marketing|email subscription status|"
    "unsubscribed|desinscrit|desabonne|emailing",
    "row_date": "updated at|modified time|last changed|last modified|date de modification|"
    "modifie le|derniere modification|date modification|changed at|mis a jour le|"
    "date de mise a jour|last update",
    "sale:reference": "numero de commande|n commande|commande|order number|order id|order|"
    "numero de facture|facture|invoice|invoice number|reference commande|"
    "reference de commande|numero commande",
    "sale:sold_on": "date de commande|date commande|order date|date de la commande|"
    "date d achat|purchase date|date achat|date de vente|date facture|date de facture|"
    "dernier achat|last order date|date derniere commande",
}
_OPT_OUTS = {
    "email": _CONTACT["email"] + "|contact|adresse|address",
    "status": _ABOUT_THE_LINE["status"] + "|reason|raison|motif|type|cause|event|"
    "bounce type|category|categorie",
    "row_date": _ABOUT_THE_LINE["row_date"] + "|date|created at|unsubscribed at|"
    "unsub time|clean time|date de desinscription|date de desabonnement|timestamp|"
    "added time|bounced at|le",
}
_ORDERS = {
    "order:number": _ABOUT_THE_LINE["sale:reference"] + "|numero|number|reference|id|"
    "id commande|name|order name|ref|no commande|order no",
    "order:shop": "boutique|magasin|shop|store|site|point de vente|canal",
    "order:placed_at": _ABOUT_THE_LINE["sale:sold_on"] + "|date|created at|paid at|"
    "placed at|date creation|date de creation|ordered at|date heure|date add",
    "order:status": "statut|status|etat|state|financial status|order status|"
    "statut de la commande|statut commande|etat commande|current state|payment status",
    "order:currency": "devise|currency|monnaie|order currency",
    "order:total": "total|montant|total ttc|order total|montant ttc|total commande|amount|"
    "grand total|total paye|total price|montant total|total paid|prix total|order amount",
    "order:discount": "remise|discount|reduction|discount amount|total discount|"
    "montant remise|cart discount",
    "order:shipping": "livraison|shipping|frais de port|port|frais de livraison|"
    "shipping total|total shipping|shipping amount|order shipping",
    "order:coupon": "coupon|code promo|code de reduction|discount code|bon de reduction|"
    "coupon code|code promotionnel|voucher",
    "line:sku": "sku|reference produit|ref produit|lineitem sku|code article|ean|"
    "reference article|product reference|product id|item sku",
    "line:name": "produit|article|product|product name|lineitem name|nom du produit|item|"
    "designation|libelle|nom produit|item name|product title",
    "line:category": "categorie|category|famille|rayon|product category|collection|item category",
    "line:quantity": "quantite|quantity|qte|qty|lineitem quantity|item quantity|product quantity",
    "line:unit_price": "prix unitaire|unit price|prix|price|lineitem price|pu|pu ttc|"
    "item price|item cost|product price",
    "line:total": "total ligne|line total|montant ligne|item total|prix total ligne|"
    "order line subtotal|line amount",
}
_EVENTS = {
    "event:name": "evenement|event|event name|nom|name|action|type|nom de l evenement",
    "event:at": "date|at|timestamp|time|horodatage|date heure|created at|when|event time|"
    "occurred at|date et heure|event date",
    "event:key": "id|event id|identifiant|uuid|key|message id|cle",
    "event:properties": "properties|proprietes|data|payload|params|donnees|attributes",
}
# What an order or an event says of its contact: few names, so that "nom" stays the article's.
_WHO = {
    "email": _CONTACT["email"],
    "first_name": _CONTACT["first_name"],
    "last_name": _CONTACT["last_name"],
    "full_name": "nom complet|customer name|billing name|client|customer|nom et prenom",
    "phone": _CONTACT["phone"],
    "street": "billing address 1|adresse de facturation|billing street",
    "postcode": _CONTACT["postcode"],
    "city": _CONTACT["city"],
    "country": _CONTACT["country"],
    "company": _CONTACT["company"],
}
_WORDS = {
    Kind.CONTACTS: (_CONTACT, _ABOUT_THE_LINE),
    Kind.OPT_OUTS: (_OPT_OUTS,),
    Kind.ORDERS: (_ORDERS, _WHO),
    Kind.EVENTS: (_EVENTS, {"email": _WHO["email"], "phone": _WHO["phone"]}),
}


def plain(heading: str) -> str:
    """A heading without case, accents and signs."""
    bare = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", bare.lower()).strip()


def meaning(kind: Kind, heading: str) -> str:
    """The target that a heading names; "" when it is not known."""
    words = plain(heading)
    tables = _TABLES[kind]
    return tables.get(words) or tables.get(words.replace(" ", "")) or ""


def _table(kind: Kind) -> dict[str, str]:
    found: dict[str, str] = {}
    for words in _WORDS[kind]:
        for target, spellings in words.items():
            for one in spellings.split("|"):
                found.setdefault(one, target)
                found.setdefault(one.replace(" ", ""), target)
    return found


_TABLES = {kind: _table(kind) for kind in Kind}

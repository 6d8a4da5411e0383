"""Domains at which anybody has a mailbox: an address there says nothing of a profession.

Kept by hand. Sources: the open list `free-email-domains` 1.12.6 (MIT) for those known in many
countries, and the brands under which French, Belgian, Swiss, Luxembourg and Canadian access
providers gave mailboxes to households, which that list lacks.
"""

from webapp.core import addresses, disposable

_WORLDWIDE = """
gmail.com googlemail.com icloud.com me.com mac.com aol.com aol.fr aol.de aim.com
outlook.com outlook.fr outlook.be outlook.de outlook.es outlook.it outlook.pt
hotmail.com hotmail.fr hotmail.be hotmail.ch hotmail.co.uk hotmail.de hotmail.es hotmail.it
hotmail.nl live.com live.fr live.be live.ca live.ch live.co.uk live.de live.it live.nl msn.com
windowslive.com passport.com yahoo.com yahoo.fr yahoo.be yahoo.ca yahoo.co.uk yahoo.de
yahoo.es yahoo.it yahoo.co.in yahoo.co.jp yahoo.com.br ymail.com rocketmail.com
protonmail.com protonmail.ch proton.me pm.me tutanota.com tutanota.de tutamail.com tuta.io
tuta.com keemail.me fastmail.com fastmail.fm hushmail.com hey.com zoho.com zohomail.com
zohomail.eu mail.com email.com usa.com europe.com consultant.com engineer.com post.com
inbox.com runbox.com startmail.com mailfence.com riseup.net disroot.org autistici.org
vivaldi.net mailbox.org yandex.com yandex.ru ya.ru mail.ru bk.ru inbox.ru list.ru rambler.ru
qq.com 163.com 126.com yeah.net sina.com sohu.com naver.com daum.net hanmail.net
rediffmail.com uol.com.br bol.com.br terra.com.br
"""
_FRANCE = """
orange.fr wanadoo.fr voila.fr free.fr aliceadsl.fr libertysurf.fr worldonline.fr freesurf.fr
tiscali.fr sfr.fr neuf.fr 9online.fr cegetel.net club-internet.fr noos.fr numericable.fr
numericable.com evc.net modulonet.fr guideo.fr cario.fr estvideo.fr bbox.fr dartybox.com
nordnet.fr wibox.fr laposte.net caramail.com caramail.fr lycos.fr ifrance.com mageos.com
multimania.com infonie.fr oreka.com netcourrier.com mailo.com net-c.com net-c.fr lilo.org
monaco.mc gmx.fr
"""
_NEIGHBOURS = """
gmx.com gmx.de gmx.net gmx.at gmx.ch gmx.eu web.de t-online.de freenet.de arcor.de email.de
mail.de posteo.de posteo.net bluewin.ch sunrise.ch hispeed.ch skynet.be telenet.be proximus.be
voo.be belgacom.net scarlet.be pandora.be chello.be brutele.be pt.lu internet.lu
videotron.ca sympatico.ca bell.net rogers.com libero.it virgilio.it alice.it tin.it tiscali.it
iol.it inwind.it telefonica.net terra.es sapo.pt ziggo.nl kpnmail.nl planet.nl xs4all.nl
hetnet.nl home.nl btinternet.com virginmedia.com sky.com ntlworld.com talktalk.net
blueyonder.co.uk seznam.cz email.cz centrum.cz wp.pl o2.pl onet.pl interia.pl op.pl abv.bg
freemail.hu citromail.hu ukr.net inbox.lv comcast.net verizon.net att.net sbcglobal.net
bellsouth.net cox.net charter.net earthlink.net juno.com
"""

DOMAINS = frozenset(
    {
        *(_WORLDWIDE + _FRANCE + _NEIGHBOURS).split(),
        *addresses.LARGE_DOMAINS,
        *addresses.DOTLESS_DOMAINS,
        *disposable.RELAYS,
    }
)


def is_personal(address: str) -> bool:
    """Whether the address is of a kind that anybody can have, for years or for minutes."""
    domain = addresses.domain(address)
    return domain in DOMAINS or disposable.is_disposable(domain)

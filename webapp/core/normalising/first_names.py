"""First names that many French people have: to tell them from last names, and for nothing else."""

from webapp.core.i18n import sort_key

# Who bears one is told by nothing here: a first name says neither sex nor civility.
_COMMON = """
adam adele adrien agathe agnes ahmed alain alan albert alexandra alexandre alexia alexis ali
alice alicia aline amandine amelie amina amine anais andre andrea andree angelique anna
annabelle anne annette annick annie anouk anthony antoine antonin ariane armand arnaud arthur
audrey aurelie aurelien axel axelle baptiste basile bastien beatrice benedicte benjamin benoit
bernadette bernard bertrand brigitte bruno camille candice carine carla caroline catherine
cecile cedric celia celine chantal charlene charles charlotte chloe christelle christian
christiane christine christophe claire clara claude claudette claudine clea clemence clement
clementine colette coralie corentin corinne cyril damien daniel daniele danielle david deborah
delphine denis denise diane didier dominique dylan eddy edith edmond edouard edwige eleonore
eliane elisa elisabeth elise elodie eloise elsa emeline emeric emile emilie emilien emma
emmanuel emmanuelle enzo eric erika erwan esteban estelle esther ethan etienne eugene eugenie
eva evelyne fabien fabienne fabrice fanny farid fatima felix fernand florence florent florian
francine francis franck francois francoise frederic frederique gabin gabriel gabrielle gael
gaelle gaetan genevieve geoffrey georges georgette gerald geraldine gerard germaine ghislaine
gilbert gilberte gilles ginette gisele gregoire gregory guillaume gustave guy gwenaelle hamza
helena helene henri henriette herve hortense hubert hugo hugues ines irene isaac isabelle
jacqueline jacques jade jean jeanine jeanne jeannine jennifer jeremy jerome jessica joel joelle
johan johanna jonathan jordan joseph josephine josette josiane julia juliane julie julien
juliette justine karim karine kevin khadija laetitia lara laura laure laurence laurent lea leila
lena leo leon leonard leonie liam lilia liliane lina linda lionel lisa lise loic lola lorenzo
lou louane louis louise louna luc lucas lucette lucie lucien lucienne ludivine ludovic lydie
maelle maelys maeva magali malik manon marc marcel marcelle margaux margot marguerite maria
marianne marie marielle marina marine marion marjorie marlene martine maryse mateo mathias
mathieu mathilde mathis matteo matthias matthieu maud maurice max maxence maxime maximilien
mehdi melanie melissa michel michele micheline mickael mila mireille mohamed monique morgane
moussa murielle myriam nadia nadine nathalie nathan nicolas nicole nina noa noah noam noe noelle
noemie nolan odette odile olivia olivier ophelie oscar pascal pascale patrice patricia patrick
paul paule paulette pauline philippe philippine pierre pierrette quentin rachel rachid raphael
raphaelle raymond raymonde rebecca regine regis remi remy rene renee richard robert roger roland
romain romane rosalie rose roxane sabrina said salome samia samir samuel samy sandra sandrine
sara sarah sebastien serge severine simone sofia solange solene sonia sophie stella stephane
stephanie suzanne suzie sylvain sylvia sylviane sylvie tatiana theo theodore therese thibault
thibaut thierry timothee titouan tom tony tristan ugo valentin valentine valerie vanessa
veronique victoire victor victoria vincent violette virginie viviane wassim william xavier
yacine yann yannick yasmine yohan yohann yolande youssef yves yvette yvon yvonne zoe zohra
"""
_KNOWN = frozenset(_COMMON.split())


def has(word: str) -> bool:
    """Whether this is a common first name, or two of them with a hyphen."""
    return all(part in _KNOWN for part in sort_key(word).split("-"))

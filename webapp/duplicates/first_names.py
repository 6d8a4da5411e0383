"""First names usual in France: two of them that differ by a letter are two people, not a slip."""

# One spelling of each: Mathieu and Matthieu are often the same man.
_USUAL = frozenset(
    """
    adam adele adelaide adeline adrien adrienne agathe agnes aime aimee alain alban albert alessia
    alex alexandra alexandre alexia alexis alfred alice alicia aline alix alphonse amandine ambre
    amelie amina amine anais anastasie andre andrea andree ange angela angele angelique anna annabelle
    anne annette annick annie anouk anthony antoine antoinette antonin apolline ariane arlette armand
    armelle arnaud arthur astrid aubin aude audrey auguste augustin aurelie aurelien aurore axel axelle
    ayoub baptiste barbara bastien beatrice benedicte benjamin benoit bernadette bernard berthe bertrand
    blanche boris brice brigitte bruno camille candice capucine carine carla carole caroline catherine
    cecile cedric celeste celestin celia celina celine chantal charlene charles charlie charline
    charlotte chloe christelle christian christiane christine christophe claire clara clarisse claude
    claudette claudine clea clemence clement clementine clotilde colette come constance constant
    coralie corentin corinne cyril cyrille damien daniel danielle daphne david deborah delphine denis
    denise diane didier dimitri dominique dorian dorothee edgar edith edmond edouard eleonore eliane
    elias elie eliette elina elisa elisabeth elise ella elodie eloise elsa emile emilie emilien emma
    emmanuel emmanuelle enzo eric erica erika ernest estelle esteban esther ethan etienne eugene eugenie
    eva evan evelyne eve fabien fabienne fabrice fanny fatima faustine felicie felix ferdinand fernand
    fernande flavie flavien fleur flora florence florent florian floriane france francine francis franck
    francois francoise frederic frederique gabin gabriel gabrielle gael gaelle gaetan gaspard gaston
    genevieve george georges georgette gerald geraldine gerard germain germaine ghislaine gilbert
    gilberte gilles ginette gisele gregoire gregory guillaume gustave guy gwenaelle hamza hannah helena
    helene heloise henri henriette herve honore hortense hubert hugo hugues ibrahim ilyes imane ines
    irene iris isaac isabelle isaure ismael jacky jacqueline jacques jade jean jeanne jeannine jennifer
    jeremie jeremy jerome jessica joel joelle johanna jonas jonathan joris joseph josephine josette
    josiane jules julia julian juliane julie julien juliette justin justine karim karine kevin kylian
    laetitia lana lara laura laure laurence laurent laurie laurine lea leandre leana lena leo leon
    leonard leonie leonore leopold leslie lila lilian liliane lilou lina linda line lionel lisa lise
    loan loic lola lorenzo loris lou louane louis louisa louise louna luc lucas luce lucette lucie
    lucien lucienne lucile ludivine ludovic luna lydie lydia mael maelle maelys maeva magali malik
    manon manuel marc marceau marcel marcelle margaux margot marguerite maria mariam marianne marie
    marielle marin marina marine marion marius marjorie marlene marthe martial martin martine maryse
    mathias mathilde mathis matthieu maud maurice max maxence maxime mehdi melanie melissa mia michel
    michele micheline mickael milan mireille mohamed monique morgan morgane muriel myriam nadege nadia
    nadine nael nais nathalie nathan nathanael nelly nicolas nicole nina noa noah noe noel noelle noemie
    nolan nora norbert octave odette odile olga olivia olivier oceane oscar pascal pascale pascaline
    patrice patricia patrick paul paula paulette pauline penelope perrine philippe philippine pierre
    pierrette priscilla quentin rachel rachid raoul raphael raphaelle raymond raymonde regine regis
    remi renaud rene renee richard robert robin rodolphe roger roland romain romane romaric rosalie rose
    roxane roxanne ruben sabine sabrina sacha said salome samantha samir samuel sandra sandrine sara
    sarah sasha sebastien serge severine simon simone sofia solange solene sonia sophia sophie stella
    stephane stephanie steve steven suzanne suzette sylvain sylvaine sylvette sylviane sylvie tanguy
    tatiana tania teddy terence thais theo theodore theophile therese thibault thierry thomas timothee
    tom tristan ugo ulysse valentin valentine valerie vanessa veronique victoire victor victoria vincent
    violette virginie vivian viviane wilfried william xavier yanis yann yannick yasmine yoann yohan
    yolande youssef yves yvette yvonne zacharie zelie zoe
    """.split()  # noqa: SIM905 - six hundred quotation marks say nothing
)


def is_usual(name: str) -> bool:
    """Whether a folded name is a first name that many bear, or made of such."""
    return all(word in _USUAL for word in name.split(" "))

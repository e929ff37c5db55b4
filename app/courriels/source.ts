import { composeCourriel } from './compose.ts';

export interface SourceCourriel {
  genre: 'echec' | 'retenu' | 'a_valider' | 'mieux' | 'arret';
  nom: string;
  /** What was found, as a sentence. */
  message: string | null;
  /** The page of the source. */
  url: string;
}

/** What the people of a source are told of its file. */
export function composeSourceCourriel({ genre, nom, message, url }: SourceCourriel) {
  const { objet, debut, suite, action } = MOTS[genre];
  return composeCourriel({
    objet: `${objet} : ${nom}`,
    paragraphs: [`${debut} « ${nom} ».`, message ?? '', suite].filter((text) => text !== ''),
    action: { label: action, url },
  });
}

const MOTS: Readonly<Record<SourceCourriel['genre'], { objet: string; debut: string; suite: string; action: string }>> =
  {
    echec: {
      objet: 'Votre fichier n’a pas pu être lu',
      debut: 'Nous n’avons pas pu lire le fichier de la source',
      suite:
        'Les lieux restent comme ils étaient. Nous réessayons aux prochaines lectures ; tant que cela dure, nous vous le rappelons une fois par semaine.',
      action: 'Voir le journal de cette source',
    },
    retenu: {
      objet: 'Votre fichier a beaucoup changé',
      debut: 'Nous avons lu le fichier de la source',
      suite:
        'Si c’est voulu, appliquez-le quand même depuis sa page. Sinon, corrigez-le à son adresse : il sera relu à la prochaine lecture.',
      action: 'Voir ce fichier',
    },
    a_valider: {
      objet: 'Un essai attend votre accord',
      debut: 'Nous avons lu pour la première fois le fichier de la source',
      suite: 'Rien n’est écrit avant votre accord. Ensuite, les fichiers suivants s’appliqueront d’eux-mêmes.',
      action: 'Voir l’essai',
    },
    mieux: {
      objet: 'Votre fichier est de nouveau lu',
      debut: 'Tout va bien de nouveau pour le fichier de la source',
      suite: 'Vous n’avez rien à faire.',
      action: 'Voir le journal de cette source',
    },
    arret: {
      objet: 'Votre fichier n’est plus lu',
      debut: 'Nous ne lisons plus le fichier de la source',
      suite: 'Les lieux restent comme ils sont. Une personne de la même organisation peut reprendre cette source.',
      action: 'Voir cette source',
    },
  };

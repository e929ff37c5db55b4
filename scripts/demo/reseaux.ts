import type { Lieu } from '#app/domain/lieu.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { GENRES } from './genres.ts';
import { makeLieu, makeSiret } from './lieux.ts';
import { placeAt } from './places.ts';
import { createRandom } from './random.ts';

/** A structure with several lieux, chosen one by one so that each screen has something to show. */
export interface Reseau {
  nom: string;
  pivot: string;
  lieux: Lieu[];
}

/** The two structures with several lieux: the one of `gestionnaire@exemple.fr` around Bordeaux, and one in Lyon. */
export function makeReseaux(communes: CommuneIndex, today: string): { garonne: Reseau; pas: Reseau } {
  return {
    garonne: makeReseau(communes, today, { nom: 'Réseau Garonne numérique', code: 'garonne', lieux: GARONNE }),
    pas: makeReseau(communes, today, { nom: 'Association Le Pas numérique', code: 'pas', lieux: PAS }),
  };
}

interface Chosen {
  insee: string;
  postal: string;
  /** Typology of the kind that it takes after. */
  genre: string;
  values: Partial<Lieu> & { nom: string };
}

const GARONNE: readonly Chosen[] = [
  {
    insee: '33063',
    postal: '33100',
    genre: 'BIB',
    values: {
      nom: 'Médiathèque Garonne – Bastide',
      adresse: '12 Quai de la Rivière',
      latitude: 44.84371,
      longitude: -0.55602,
      telephone: '+33536490101',
      horaires: 'Tu-Fr 10:00-12:30,13:30-18:30; Sa 10:00-17:00; PH off',
      services: [
        'Maîtrise des outils numériques du quotidien',
        'Accès internet et matériel informatique',
        'Aide aux démarches administratives',
      ],
      modalites_acces: ['Se présenter', 'Téléphoner', 'Prendre un RDV en ligne'],
      frais_a_charge: ['Gratuit'],
    },
  },
  {
    insee: '33119',
    postal: '33150',
    genre: 'RFS',
    values: {
      nom: 'France services Garonne – Cenon',
      adresse: '4 Avenue de la Gare',
      latitude: 44.85612,
      longitude: -0.52914,
      telephone: '+33536490102',
      horaires: 'Mo-Fr 09:00-12:30,13:30-17:00; PH off',
      services: ['Aide aux démarches administratives', 'Maîtrise des outils numériques du quotidien'],
      modalites_acces: ['Se présenter', 'Téléphoner', 'Prendre un RDV en ligne'],
      frais_a_charge: ['Gratuit'],
    },
  },
  {
    insee: '33281',
    postal: '33700',
    genre: 'ASSO',
    values: {
      nom: 'Atelier Garonne – Mérignac',
      adresse: '27 bis Rue des Écoles',
      latitude: 44.83865,
      longitude: -0.64361,
      horaires: 'Mo-Fr 09:30-12:00; week 1-53/2 We 14:00-17:00; PH off',
    },
  },
  {
    insee: '33318',
    postal: '33600',
    genre: 'CCAS',
    values: {
      nom: "Point d'accueil Garonne – Pessac",
      adresse: '8 Place du Marché',
      latitude: 44.80583,
      longitude: -0.63027,
      horaires: 'Mo-Fr 09:00-17:00 "sur rendez-vous"',
      modalites_acces: ['Téléphoner', 'Contacter par mail'],
      telephone: '+33536490104',
      courriels: ['pessac@garonne-numerique.exemple.fr'],
    },
  },
  {
    insee: '33167',
    postal: '33270',
    genre: 'EPCI',
    values: {
      nom: 'Bus Garonne – rive droite',
      adresse: 'Place de la Liberté',
      latitude: null,
      longitude: null,
      horaires: 'Horaires variables selon la tournée, appelez-nous',
    },
  },
  {
    insee: '33522',
    postal: '33400',
    genre: 'EPN',
    values: { nom: 'Espace Garonne – Talence', adresse: null, complement_adresse: null, horaires: null },
  },
  {
    insee: '33243',
    postal: '33500',
    genre: 'CS',
    values: {
      nom: 'Centre social Garonne – Libourne',
      adresse: '31 Rue Gambetta',
      latitude: 44.91502,
      longitude: -0.24318,
      horaires: 'Sep-Jun Mo-Fr 09:00-12:00,14:00-18:00; Jul-Aug Mo-Fr 08:00-13:00; PH off',
    },
  },
];

const PAS: readonly Chosen[] = [
  {
    insee: '69383',
    postal: '69003',
    genre: 'ASSO',
    values: {
      nom: 'Le Pas numérique – Lyon 3e',
      commune: 'Lyon',
      adresse: '15 Rue Pasteur',
      latitude: 45.75962,
      longitude: 4.84951,
      horaires: 'Mo-Fr 09:30-12:00,14:00-17:30',
    },
  },
  {
    insee: '69266',
    postal: '69100',
    genre: 'ASSO',
    values: {
      nom: 'Le Pas numérique – Villeurbanne',
      adresse: '102 Rue Léon Blum',
      latitude: 45.76621,
      longitude: 4.88013,
      horaires: 'Tu,Th 14:00-17:00',
      telephone: '+33465710202',
      modalites_acces: ['Téléphoner', 'Contacter par mail', "Ce lieu n'accueille pas de public"],
      courriels: ['villeurbanne@pas-numerique.exemple.fr'],
    },
  },
  {
    insee: '69259',
    postal: '69200',
    genre: 'TIERS_LIEUX',
    values: {
      nom: 'Fablab Le Pas – Vénissieux',
      adresse: '3 Place de la Liberté',
      latitude: 45.69731,
      longitude: 4.88712,
      horaires: 'Fr 18:00-22:30; Sa 14:00-02:00',
    },
  },
  {
    insee: '69029',
    postal: '69500',
    genre: 'ASSO',
    values: {
      nom: 'Le Pas numérique – Bron',
      adresse: '7 Avenue Jean Jaurès',
      latitude: 45.73342,
      longitude: 4.91251,
      // Nobody is received there: help is given over the telephone.
      horaires: 'Mo-Fr 09:00-12:00',
      telephone: '+33465710204',
      modalites_acces: ['Téléphoner', "Ce lieu n'accueille pas de public"],
    },
  },
];

function makeReseau(
  communes: CommuneIndex,
  today: string,
  { nom, code, lieux }: { nom: string; code: string; lieux: readonly Chosen[] },
): Reseau {
  const pivot = makeSiret(createRandom(code));
  return {
    nom,
    pivot,
    lieux: lieux.map(({ insee, postal, genre, values }, index) => {
      const kind = GENRES.find(({ typologie }) => typologie[0] === genre);
      if (!kind) throw new RangeError(`no kind ${genre}`);
      const id = `demo-${code}-${index + 1}`;
      const place = placeAt(communes, insee, postal);
      const lieu = makeLieu(createRandom(id), { id, nom: values.nom, genre: kind, place, today });
      return { ...lieu, pivot, structure_parente: nom, site_web: [`https://${code}-numerique.exemple.fr/`], ...values };
    }),
  };
}

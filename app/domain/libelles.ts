import type { FieldName } from './standard.ts';
import { TYPOLOGIES } from './vocabulaires.ts';

/**
 * What people read for a value of a closed list: the standard's literal, but where its words are not everyone's. Data,
 * addresses and exports keep the literal.
 */
export function labelOfValue(field: FieldName, value: string): string {
  if (field === 'typologie') return TYPOLOGIES[value] ?? value;
  return LABELS[field]?.[value] ?? value;
}

/** One sentence on what a label means, for who has never heard of it; null where the label says it. */
export function meaningOfValue(field: FieldName, value: string): string | null {
  return MEANINGS[field]?.[value] ?? null;
}

/** Who gives the help, said after it: `avec un conseiller numérique`. */
export function withDispositif(value: string): string {
  return AVEC[value] ?? `avec ${labelOfValue('dispositif_programmes_nationaux', value)}`;
}

const AVEC: Readonly<Record<string, string>> = {
  'Aidants Connect': 'avec un aidant habilité Aidants Connect',
  'Bibliothèques numérique de référence': 'avec la bibliothèque',
  'Certification PIX': 'pour la certification Pix',
  'Conseillers numériques': 'avec un conseiller numérique',
  'Grande école du numérique': 'avec la Grande école du numérique',
  'La Croix Rouge': 'avec la Croix-Rouge',
  "Point d'accès numérique CAF": 'au point numérique CAF',
  'Promeneurs du net': 'avec un promeneur du net',
  'Relais numérique (Emmaüs Connect)': 'avec un relais d’Emmaüs Connect',
};

type Table = Partial<Record<FieldName, Readonly<Record<string, string>>>>;

const LABELS: Table = {
  dispositif_programmes_nationaux: {
    'Aidants Connect': 'Habilitée Aidants Connect',
    'France Services': 'France services',
    'La Croix Rouge': 'Croix-Rouge française',
    'Bibliothèques numérique de référence': 'Bibliothèque numérique de référence',
    'Certification PIX': 'Certification Pix',
  },
  formations_labels: { 'Étapes numériques(La Poste)': 'Étapes numériques (La Poste)' },
  modalites_accompagnement: {
    'En autonomie': 'J’utilise un ordinateur sur place, seul',
    'Accompagnement individuel': 'Quelqu’un m’aide, en tête-à-tête',
    'Dans un atelier collectif': 'Dans un atelier, à plusieurs',
    'À distance': 'À distance, par téléphone ou en ligne',
  },
  modalites_acces: {
    'Se présenter': 'Venir sur place',
    Téléphoner: 'Téléphoner',
    'Contacter par mail': 'Écrire un courriel',
    'Prendre un RDV en ligne': 'Prendre rendez-vous en ligne',
    "Ce lieu n'accueille pas de public": 'Ce lieu ne reçoit pas de public',
    'Envoyer un mail avec une fiche de prescription': 'Passer par un travailleur social, qui envoie une fiche au lieu',
  },
  itinerance: { Itinérant: 'Lieu qui se déplace', Fixe: 'Lieu fixe' },
};

const MEANINGS: Table = {
  dispositif_programmes_nationaux: {
    'Aidants Connect':
      'Un professionnel peut faire certaines démarches avec vous ou pour vous, avec votre accord écrit.',
    'Conseillers numériques': 'Des conseillers formés par l’État vous apprennent à vous servir du numérique.',
    'France Services': 'Un guichet où l’on vous aide dans vos démarches avec plusieurs administrations.',
    "Point d'accès numérique CAF": 'Un ordinateur et une aide pour vos démarches avec la CAF.',
    'Emmaüs Connect': 'Matériel et connexion à prix solidaire, et un accompagnement.',
  },
};

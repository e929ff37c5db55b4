import type { ChampDeLieu } from './champ-de-lieu.ts';
import type { FieldName } from './standard.ts';

export type SectionName =
  | 'identite'
  | 'coordonnees'
  | 'horaires'
  | 'permanences'
  | 'services'
  | 'acces'
  | 'presentation'
  | 'labels';

export interface Section {
  name: SectionName;
  title: string;
  /** One sentence on what the section is for. */
  help: string;
  fields: readonly FieldName[];
}

/**
 * The sections in which a structure edits its lieu: together, every field of the standard that it decides. `id`,
 * `source` and `date_maj` are kept by the system.
 */
export const SECTIONS: readonly Section[] = [
  {
    name: 'identite',
    title: 'Identité',
    help: 'Le nom sous lequel on vous trouve, et la structure à laquelle le lieu appartient.',
    fields: ['nom', 'typologie', 'pivot', 'structure_parente', 'itinerance'],
  },
  {
    name: 'coordonnees',
    title: 'Coordonnées et adresse',
    help: 'Où venir et comment vous joindre.',
    fields: [
      'telephone',
      'courriels',
      'site_web',
      'adresse',
      'complement_adresse',
      'code_postal',
      'commune',
      'code_insee',
      'latitude',
      'longitude',
    ],
  },
  { name: 'horaires', title: 'Horaires', help: 'Quand le lieu est ouvert.', fields: ['horaires'] },
  {
    name: 'services',
    title: 'Services et publics',
    help: 'Pour quoi et pour qui on vient.',
    fields: ['services', 'publics_specifiquement_adresses', 'prise_en_charge_specifique'],
  },
  {
    name: 'acces',
    title: 'Accès et frais',
    help: 'Comment être reçu, aidé de quelle façon, et à quel prix.',
    fields: ['modalites_acces', 'modalites_accompagnement', 'frais_a_charge', 'prise_rdv', 'fiche_acces_libre'],
  },
  {
    name: 'presentation',
    title: 'Présentation',
    help: 'Quelques phrases pour donner envie de pousser la porte.',
    fields: ['presentation_resume', 'presentation_detail'],
  },
  {
    name: 'labels',
    title: 'Dispositifs et labels',
    help: 'Les programmes nationaux auxquels le lieu participe, et ses labels.',
    fields: ['dispositif_programmes_nationaux', 'formations_labels', 'autres_formations_labels'],
  },
];

/** Beside them, the one whose value is not a field of the standard: it has a form of its own. */
export const PERMANENCES_SECTION = {
  name: 'permanences',
  title: 'Permanences',
  help: 'Quand quelqu’un aide sur place, qui, et pour quoi.',
} as const satisfies Omit<Section, 'fields'>;

/** The section in which people edit a value; undefined for what the system keeps. */
export function sectionOfChamp(champ: ChampDeLieu): SectionName | undefined {
  if (champ === 'permanences') return PERMANENCES_SECTION.name;
  return SECTIONS.find(({ fields }) => fields.includes(champ))?.name;
}

/** The section of that name whose form is made from the standard, or undefined: names come from addresses. */
export function findSection(name: string | undefined): Section | undefined {
  return SECTIONS.find((section) => section.name === name);
}

/** Whether people decide the value of a field; `id`, `source` and `date_maj` are kept by the system. */
export function isEditable(field: ChampDeLieu): boolean {
  return sectionOfChamp(field) !== undefined;
}

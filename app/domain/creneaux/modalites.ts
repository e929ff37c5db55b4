/** How an appointment takes place, in the order in which it is proposed. */
export const MODALITES = ['sur_place', 'telephone', 'visio', 'domicile'] as const;

export type Modalite = (typeof MODALITES)[number];

/** What people read. */
export const MODALITE_LABELS: Readonly<Record<Modalite, string>> = {
  sur_place: 'Sur place',
  telephone: 'Par téléphone',
  visio: 'En visio (par internet)',
  domicile: 'Chez vous',
};

/** The standard's lists that people filter by, in one order: addresses, the map's snapshot and its query read them from here. */
export const FILTER_FIELDS = [
  'services',
  'publics_specifiquement_adresses',
  'prise_en_charge_specifique',
  'frais_a_charge',
  'dispositif_programmes_nationaux',
  'modalites_acces',
  'modalites_accompagnement',
  'itinerance',
  'typologie',
  'formations_labels',
  'autres_formations_labels',
] as const;

export type FilterField = (typeof FILTER_FIELDS)[number];

/** One value for each of these fields. */
export function forEachFilterField<T>(pick: (field: FilterField, index: number) => T): Record<FilterField, T> {
  const at = (field: FilterField) => pick(field, FILTER_FIELDS.indexOf(field));
  return {
    services: at('services'),
    publics_specifiquement_adresses: at('publics_specifiquement_adresses'),
    prise_en_charge_specifique: at('prise_en_charge_specifique'),
    frais_a_charge: at('frais_a_charge'),
    dispositif_programmes_nationaux: at('dispositif_programmes_nationaux'),
    modalites_acces: at('modalites_acces'),
    modalites_accompagnement: at('modalites_accompagnement'),
    itinerance: at('itinerance'),
    typologie: at('typologie'),
    formations_labels: at('formations_labels'),
    autres_formations_labels: at('autres_formations_labels'),
  };
}

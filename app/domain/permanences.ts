/**
 * When help is given in a lieu, by whom and for what, apart from when the lieu itself is open: a mairie opens from Monday to Friday,
 * the conseiller numérique comes on Tuesday.
 */
export interface Permanence {
  /** Stable within its lieu: eight hexadecimal digits. */
  id: string;
  /** OSM text, on the clock of the place where it happens. */
  horaires: string | null;
  /** By whom: a value of `dispositif_programmes_nationaux`, or null where it is the lieu's own staff. */
  dispositif: string | null;
  /** For what: values of `services`; none means those of the lieu. */
  services: readonly string[];
  /** For people: "bureau 2, avec Marie". */
  precision: string | null;
  /** Where, when it is elsewhere than in the lieu: a stop of a bus or of a visiting conseiller. */
  etape: Etape | null;
}

/** A stop of a tournée. Coordinates in degrees, both or none. */
export interface Etape {
  nom: string;
  adresse: string | null;
  code_postal: string | null;
  commune: string | null;
  code_insee: string | null;
  latitude: number | null;
  longitude: number | null;
}

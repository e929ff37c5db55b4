import { localDay } from '#app/domain/horaires/opening.ts';
import { type HorairesColumns, storeHoraires } from '#app/domain/horaires/store.ts';
import { type LieuPlace, timeZoneOfLieu } from '#app/domain/horaires/zones.ts';
import { type Lieu, missingFields } from '#app/domain/lieu.ts';
import type { Permanence } from '#app/domain/permanences.ts';
import {
  type JourDate,
  type PermanencesStored,
  storePermanences,
  type VendrediSaint,
} from '#app/domain/permanences-store.ts';
import type { FieldName } from '#app/domain/standard.ts';
import {
  type CommuneDeLieu,
  type CommuneIndex,
  communeOfLieu,
  departementOfCodePostal,
  departementOfInsee,
  normalizeText,
  regionOfDepartement,
} from '#app/domain/territoire.ts';

/** When a lieu is open and when help is there, as `lieu` keeps it beside the texts. JSON as text. */
export interface OuvertureColumns {
  horaires_etat: HorairesColumns['horaires_etat'];
  horaires_intervalles: string | null;
  horaires_bits: Buffer | null;
  permanences_lues: string;
  vendredi_saint: boolean | null;
}

/** The names of these columns. */
export const OUVERTURE_COLUMNS = [
  'horaires_etat',
  'horaires_intervalles',
  'horaires_bits',
  'permanences_lues',
  'vendredi_saint',
] as const satisfies readonly (keyof OuvertureColumns)[];

/** The columns of `lieu` that follow from its 32 fields and its permanences, and those fields: ready for an insert or an update. */
export interface LieuColumns extends Lieu, OuvertureColumns {
  departement: string | null;
  region: string | null;
  /** SIREN of the EPCI. */
  epci: string | null;
  /** IANA time zone. */
  fuseau: string;
  recherche: string;
  manquants: FieldName[];
}

/** The rows that replace those of a lieu in the tables of what is dated. */
export interface DatedRows {
  ouvertures: readonly JourDate[];
  permanences: PermanencesStored['datees'];
}

export interface LieuWriting extends DatedRows {
  columns: LieuColumns;
}

/**
 * The one place where a lieu in the standard's terms becomes a row: where it is, when it is open (parsed here, when
 * written, never when read), when help is there, what is missing before it can be public. A new lieu has no permanences;
 * for one that exists, say which it has.
 * @param now when it is written: dated openings are computed from the lieu's own day, which Paris may not have yet, or no longer
 * @param today day AAAA-MM-JJ of whoever writes, after which no `date_maj` may be
 * @param vendrediSaint what is known of the communes of Alsace-Moselle (see `readVendrediSaint`); nothing where it is left out
 */
export function lieuColumns(
  lieu: Lieu,
  {
    communes,
    now,
    today,
    permanences = [],
    vendrediSaint = NOT_KNOWN,
  }: {
    communes: CommuneIndex;
    now: Date;
    today: string;
    permanences?: readonly Permanence[];
    vendrediSaint?: VendrediSaint;
  },
): LieuWriting {
  const { columns, ...dated } = ouvertureColumns(lieu, { now, permanences, vendrediSaint });
  return {
    columns: {
      ...lieu,
      ...situationOf(lieu, communes),
      fuseau: timeZoneOfLieu(lieu),
      recherche: normalizeText(`${lieu.nom ?? ''} ${lieu.commune ?? ''}`),
      ...columns,
      manquants: missingFields(lieu, { today }),
    },
    ...dated,
  };
}

/** What of it depends on the day, from that of the lieu on: written with the lieu, and again every night. */
export function ouvertureColumns(
  lieu: LieuPlace & CommuneDeLieu & Pick<Lieu, 'horaires'>,
  {
    now,
    permanences,
    vendrediSaint = NOT_KNOWN,
  }: { now: Date; permanences: readonly Permanence[]; vendrediSaint?: VendrediSaint },
): DatedRows & { columns: OuvertureColumns } {
  const today = localDay(now, timeZoneOfLieu(lieu));
  const vendredi_saint = vendrediSaint(lieu);
  const place = { ...lieu, vendredi_saint };
  const { ouvertures_datees, ...horaires } = storeHoraires(lieu.horaires, place, today);
  const { horaires_etat, horaires_intervalles, horaires_bits } = horaires;
  const { lues, datees } = storePermanences(permanences, place, today, vendrediSaint);
  return {
    columns: {
      horaires_etat,
      horaires_intervalles: horaires_intervalles && JSON.stringify(horaires_intervalles),
      horaires_bits: horaires_bits && Buffer.from(horaires_bits),
      permanences_lues: JSON.stringify(lues),
      vendredi_saint,
    },
    ouvertures: ouvertures_datees,
    permanences: datees,
  };
}

const NOT_KNOWN: VendrediSaint = () => null;

/** Columns as a row for `json_populate_recordset`: bytes as hexadecimal, JSON as JSON. */
export function rowOf(columns: OuvertureColumns): object {
  const { horaires_bits, horaires_intervalles, permanences_lues } = columns;
  return {
    ...columns,
    horaires_bits: horaires_bits && `\\x${horaires_bits.toString('hex')}`,
    horaires_intervalles: horaires_intervalles && JSON.parse(horaires_intervalles),
    permanences_lues: JSON.parse(permanences_lues),
  };
}

/** Which territoires hold a lieu: those of its commune, else what the codes alone say. */
export function situationOf(lieu: Lieu, communes: CommuneIndex): Pick<LieuColumns, 'departement' | 'region' | 'epci'> {
  const commune = communeOfLieu(lieu, communes);
  const departement =
    commune?.departement ??
    (lieu.code_insee === null ? null : departementOfInsee(lieu.code_insee)) ??
    (lieu.code_postal === null ? null : departementOfCodePostal(lieu.code_postal));
  return {
    departement,
    region: commune?.region ?? (departement === null ? null : regionOfDepartement(departement)),
    epci: commune?.epci ?? null,
  };
}

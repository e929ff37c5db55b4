import type { FilterField } from '#app/domain/filter-fields.ts';
import type { Point } from './filters.ts';
import type { SnapshotCommune, SnapshotIndex } from './snapshot.ts';

/**
 * A row below `size` is a lieu; from there on it is a stop of a lieu that moves about: a place of its own, in the list and on the
 * map on its days, that has of its lieu all that it does not say itself.
 */

/** Stop number of a row, or null for a lieu's own. */
export function passageOfRow(index: SnapshotIndex, row: number): number | null {
  return row < index.size ? null : row - index.size;
}

/** The row of the lieu itself. */
export function lieuOfRow(index: SnapshotIndex, row: number): number {
  return row < index.size ? row : (index.passages.lieuOf[row - index.size] ?? -1);
}

/** Whether a lieu helps at its stops alone, never at its own address. */
export function isElsewhere({ aides, passages }: SnapshotIndex, row: number): boolean {
  return aides.starts[row] === aides.starts[row + 1] && (passages.starts[row] ?? 0) < (passages.starts[row + 1] ?? 0);
}

/** Where a row is; null where that is not known. */
export function pointOfRow(index: SnapshotIndex, row: number): Point | null {
  if (row < index.placed) return { latitude: index.latitudes[row] ?? 0, longitude: index.longitudes[row] ?? 0 };
  if (row < index.size) return null;
  const latitude = index.passages.latitudes[row - index.size];
  const longitude = index.passages.longitudes[row - index.size];
  return latitude === undefined || longitude === undefined || Number.isNaN(latitude) ? null : { latitude, longitude };
}

/** The commune that a row is in, as its lieu writes it. */
export function communeOfRow(index: SnapshotIndex, row: number): SnapshotCommune {
  const commune = index.communes[index.communeOf[row] ?? -1];
  if (!commune) throw new RangeError(`no row ${row}`);
  return commune;
}

/** IANA zone of a row. */
export function fuseauOfRow(index: SnapshotIndex, row: number): string {
  const number = row < index.size ? index.fuseauOf[row] : index.passages.fuseauOf[row - index.size];
  return index.fuseaux[number ?? -1] ?? 'Europe/Paris';
}

/** The values of a field: a stop may have services and a dispositif of its own. */
export function valuesOfRow(index: SnapshotIndex, field: FilterField, row: number): readonly string[] {
  const own = ownValues(index, field, row);
  if (own.length > 0) return own;
  const { values, combinations, rows } = index.fields[field];
  return (combinations[rows[lieuOfRow(index, row)] ?? -1] ?? []).flatMap((value) => values[value] ?? []);
}

/** What a stop says itself of a field, else nothing. */
function ownValues(index: SnapshotIndex, field: FilterField, row: number): readonly string[] {
  const passage = passageOfRow(index, row);
  if (passage === null) return [];
  const { servicesOf, dispositifOf } = index.passages;
  if (field === 'services') return index.services[servicesOf[passage] ?? -1] ?? [];
  if (field !== 'dispositif_programmes_nationaux') return [];
  const dispositif = index.dispositifs[dispositifOf[passage] ?? -1];
  return dispositif === undefined ? [] : [dispositif];
}

import type { Ouverture } from '#app/domain/aide.ts';
import { fichePath } from '#app/http/fiche-path.ts';
import type { Bbox, FiltreInconnu, Filtres, Point } from './filters.ts';
import { ouvertureOfRow } from './ouverture.ts';
import type { ResolvedPlace } from './place.ts';
import { communeOfRow, lieuOfRow, passageOfRow, pointOfRow, valuesOfRow } from './rows.ts';
import {
  centreOf,
  distanceBetween,
  isInjoignableRow,
  listPage,
  nearestJoignable,
  type Place,
  selectRows,
} from './search.ts';
import type { SnapshotIndex } from './snapshot.ts';

/** What the list shows of a lieu or of one of its stops, and what the map needs to point at it. */
export interface CarteLieu {
  /** The lieu's; a stop has the same as its lieu. */
  id: string;
  /** Unlike any other of the page. */
  cle: string;
  /** The stop of a lieu that moves about: its own place, on the day that is asked for. */
  passage: { nom: string; adresse: string | null } | null;
  href: string;
  nom: string;
  commune: string;
  code_postal: string | null;
  /** Degrees; null for both where the lieu is not on the map. */
  point: Point | null;
  /** Where `point` was found from the address, and is not sure. */
  approximatif: boolean;
  /** Kilometres from what was searched; null where nothing was, or where the lieu is not on the map. */
  distance: number | null;
  services: readonly string[];
  frais: readonly string[];
  dispositifs: readonly string[];
  ouverture: Pick<Ouverture, 'state' | 'sentence' | 'note'>;
  creneau: boolean;
  /** It gives neither hours nor any way to contact it. */
  injoignable: boolean;
  /** Then: the nearest lieu that can be reached. */
  proche: Proche | null;
}

export interface Proche {
  nom: string;
  href: string;
  /** Kilometres. */
  distance: number;
}

export interface CarteResults {
  lieux: readonly CarteLieu[];
  total: number;
  /** Of them, those without coordinates: in the list, not on the map. */
  sansPosition: number;
  /** Of them, the stops of lieux that move about, each a place of its own. */
  passages: number;
  page: number;
  pages: number;
  /** What the map should show first. */
  vue: Bbox;
}

/** All that the page at `/carte` shows for one query string. */
export interface CartePage extends CarteResults {
  filtres: Filtres;
  inconnus: readonly FiltreInconnu[];
  /** What `q` names, where it names a place. */
  lieuCherche: ResolvedPlace | null;
  /** Address of the snapshot that was searched. */
  hash: string;
}

/** Metropolitan France. */
const FRANCE: Bbox = { west: -5.3, south: 41.2, east: 9.7, north: 51.2 };

const PER_PAGE = 20;

/** The page for filters that have been read and a place that has been looked up, but for the address of the snapshot. */
export function cartePage(
  index: SnapshotIndex,
  asked: Pick<CartePage, 'filtres' | 'inconnus' | 'lieuCherche'> & { instant: Date },
): Omit<CartePage, 'hash'> {
  const { filtres, inconnus, lieuCherche, instant } = asked;
  const results = searchCarte(index, { filtres, place: lieuCherche?.place ?? null, instant });
  return { ...results, filtres, inconnus, lieuCherche };
}

/** One page of the list and the view of the map, the same from the server and from the browser's worker. */
function searchCarte(
  index: SnapshotIndex,
  { filtres, place, instant }: { filtres: Filtres; place: Place | null; instant: Date },
): CarteResults {
  const rows = selectRows(index, { filtres, place, instant });
  const asked = filtres.point ?? place?.centre ?? (filtres.bbox && centreOf(filtres.bbox));
  const vue = viewOf(index, rows, { filtres, place });
  const { hits, total, page, pages } = listPage(index, rows, {
    centre: asked ?? centreOf(vue),
    page: filtres.page,
    perPage: PER_PAGE,
  });
  return {
    lieux: hits.map(({ row, distance }) => ({
      ...lieuOf(index, row, { filtres, instant }),
      distance: asked ? distance : null,
      proche: isInjoignableRow(index, row) ? procheOf(index, pointOfRow(index, row)) : null,
    })),
    total,
    sansPosition: rows.reduce((count, row) => count + (pointOfRow(index, row) === null ? 1 : 0), 0),
    passages: rows.reduce((count, row) => count + (row < index.size ? 0 : 1), 0),
    page,
    pages,
    vue,
  };
}

/** What is shown of one row, in a list or beside its marker. */
export function lieuOf(
  index: SnapshotIndex,
  row: number,
  { filtres, instant }: { filtres: Filtres; instant: Date },
): Omit<CarteLieu, 'distance' | 'proche'> {
  const lieu = lieuOfRow(index, row);
  const id = index.ids.at(lieu);
  const nom = index.noms.at(lieu);
  const { nom: commune, code_postal } = communeOfRow(index, row);
  const href = fichePath({ id, nom, commune: communeOfRow(index, lieu).nom });
  const passage = passageOfRow(index, row);
  const { state, sentence, note } = ouvertureOfRow(index, row, {
    ouvert: filtres.ouvert,
    services: filtres.champs.services ?? [],
    instant,
  });
  return {
    id,
    ...(passage === null
      ? { cle: id, passage: null, href }
      : {
          cle: `${id} ${index.passages.ids.at(passage)}`,
          passage: stopOf(index, passage),
          href: `${href}#passages`,
        }),
    nom,
    commune,
    code_postal,
    point: pointOfRow(index, row),
    approximatif: passage === null && index.approximatives[row] === 1,
    services: valuesOfRow(index, 'services', row),
    frais: valuesOfRow(index, 'frais_a_charge', row),
    dispositifs: valuesOfRow(index, 'dispositif_programmes_nationaux', row),
    ouverture: { state, sentence, note },
    creneau: passage === null && (index.creneauOf[row] ?? -1) * 60_000 > instant.getTime(),
    injoignable: isInjoignableRow(index, row),
  };
}

/** An address that says no more than the name is not said. */
function stopOf({ passages }: SnapshotIndex, passage: number): CarteLieu['passage'] {
  const [nom, adresse] = [passages.noms.at(passage), passages.adresses.at(passage)];
  return { nom, adresse: adresse === '' || adresse === nom ? null : adresse };
}

/** The nearest lieu of a point that receives people and can be reached; null where nothing is known. */
export function procheOf(index: SnapshotIndex, point: Point | null): Proche | null {
  const found = point && nearestJoignable(index, point);
  if (!found) return null;
  const [id, nom] = [index.ids.at(found.row), index.noms.at(found.row)];
  return { nom, href: fichePath({ id, nom, commune: communeOfRow(index, found.row).nom }), distance: found.distance };
}

/** The box asked for, else that of the place, else that of the lieux found: all of France as soon as they are on two sides of the sea. */
function viewOf(
  index: SnapshotIndex,
  rows: Int32Array,
  { filtres, place }: { filtres: Filtres; place: Place | null },
): Bbox {
  if (filtres.bbox) return filtres.bbox;
  if (filtres.point && filtres.rayon !== null) return boxAround(filtres.point, filtres.rayon);
  const rayon = place && (filtres.rayon ?? place.rayon);
  if (place && rayon) return boxAround(place.centre, rayon);
  const box = { west: 180, south: 90, east: -180, north: -90 };
  for (const row of rows) {
    const point = pointOfRow(index, row);
    if (!point) continue;
    const { latitude, longitude } = point;
    box.west = Math.min(box.west, longitude);
    box.east = Math.max(box.east, longitude);
    box.south = Math.min(box.south, latitude);
    box.north = Math.max(box.north, latitude);
  }
  if (
    box.south > box.north ||
    distanceBetween({ latitude: box.south, longitude: box.west }, { latitude: box.north, longitude: box.east }) > 2_500
  ) {
    return FRANCE;
  }
  // A lieu alone, or several at one address, are shown with their neighbourhood.
  const margin = Math.max(0.01, (box.north - box.south) * 0.05, (box.east - box.west) * 0.05);
  return { west: box.west - margin, south: box.south - margin, east: box.east + margin, north: box.north + margin };
}

function boxAround({ latitude, longitude }: Point, kilometres: number): Bbox {
  const dLat = kilometres / 111.2;
  const dLon = Math.min(180, dLat / Math.max(0.01, Math.cos((latitude * Math.PI) / 180)));
  const round = (value: number) => Math.round(value * 1e5) / 1e5;
  return {
    west: round(Math.max(-180, longitude - dLon)),
    south: round(Math.max(-90, latitude - dLat)),
    east: round(Math.min(180, longitude + dLon)),
    north: round(Math.min(90, latitude + dLat)),
  };
}

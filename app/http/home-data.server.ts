import { type Filtres, NO_FILTRES } from '#app/carte/filters.ts';
import { drawHalftone, type Halftone } from '#app/carte/halftone.ts';
import { selectRows } from '#app/carte/search.ts';
import type { SnapshotIndex } from '#app/carte/snapshot.ts';
import { SERVICES } from '#app/domain/vocabulaires.ts';
import type { Context } from './context.ts';

export interface HomeData {
  lieux: number;
  /** Of those whose hours are known. */
  open: number;
  /** Number of lieux by service, literals of the standard. */
  services: Record<string, number>;
  picture: Halftone;
}

/** Figures and picture of the home page: made once a minute at most, and anew with each snapshot. */
export async function homeData({ snapshots, communes, now }: Context): Promise<HomeData> {
  const { index } = await snapshots.current();
  const instant = now();
  const minute = Math.floor(instant.getTime() / 60_000);
  const known = made.get(index);
  if (known?.minute === minute) return known.data;
  const centres = communes.all().flatMap(({ centre }) => centre ?? []);
  const data = makeHomeData(index, centres, instant);
  made.set(index, { minute, data });
  return data;
}

const made = new WeakMap<SnapshotIndex, { minute: number; data: HomeData }>();

function makeHomeData(
  index: SnapshotIndex,
  centres: readonly { latitude: number; longitude: number }[],
  instant: Date,
): HomeData {
  const rowsOf = (filtres: Partial<Filtres>) =>
    selectRows(index, { filtres: { ...NO_FILTRES, ...filtres }, place: null, instant });
  const open = new Set(rowsOf({ ouvert: 'maintenant' }));
  const lieux = Array.from({ length: index.placed }, (_, row) => ({
    latitude: index.latitudes[row] ?? 0,
    longitude: index.longitudes[row] ?? 0,
    open: open.has(row),
  }));
  return {
    lieux: index.size,
    open: open.size,
    services: Object.fromEntries(
      SERVICES.map((service) => [service, rowsOf({ champs: { services: [service] } }).length]),
    ),
    picture: drawHalftone(centres, lieux),
  };
}

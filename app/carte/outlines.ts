import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import raw from './geo/departements.topo.json';

/** The outline of a département on the small map of figures, as an SVG path in its units. */
export interface Contour {
  code: string;
  d: string;
}

/** What is drawn: 500 units wide; metropolitan France at the same scale all over, overseas départements in a row below, each at its own. */
export const CONTOURS_VIEWBOX = '0 0 500 572';

/** Where the names of the overseas départements stand, under their outlines. */
export const LEGENDES_OUTRE_MER = ['971', '972', '973', '974', '976'].map((code, index) => ({
  code,
  x: 50 + index * 100,
  y: 566,
}));

/** Departments as paths, from the outlines of the map without network (see `geo/`). Computed once. */
export function listContours(): readonly Contour[] {
  memo ??= computeContours();
  return memo;
}

let memo: readonly Contour[] | undefined;

type Point = readonly [number, number];

function computeContours(): Contour[] {
  const topology: Topology<{ departements: GeometryCollection }> = JSON.parse(JSON.stringify(raw));
  return feature(topology, topology.objects.departements).features.flatMap(({ id, geometry }) => {
    const code = String(id);
    if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') return [];
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    const rings = polygons.flat().map((ring) => ring.map(([lon = 0, lat = 0]): Point => [lon, lat]));
    const place = LEGENDES_OUTRE_MER.find((legende) => legende.code === code);
    const project = place ? fitInto(rings.flat(), { x: place.x - 36, y: 476, size: 72 }) : metropolitan;
    return [{ code, d: rings.map((ring) => pathOf(ring.map(project))).join('') }];
  });
}

const SCALE = 47;

/** Equirectangular, true at 46.6° north. */
function metropolitan([lon, lat]: Point): Point {
  return [(lon + 5.2) * Math.cos((46.6 * Math.PI) / 180) * SCALE, (51.15 - lat) * SCALE];
}

/** As large as a square allows, in its middle. */
function fitInto(points: readonly Point[], square: { x: number; y: number; size: number }): (point: Point) => Point {
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = square.size / Math.max((east - west) * squeeze, north - south);
  const left = square.x + (square.size - (east - west) * squeeze * scale) / 2;
  const top = square.y + (square.size - (north - south) * scale) / 2;
  return ([lon, lat]) => [left + (lon - west) * squeeze * scale, top + (north - lat) * scale];
}

/** In whole units, each step from the one before: a third of the characters. Steps of one unit are left out, and so are the smallest islands. */
function pathOf(ring: readonly Point[]): string {
  const [first, ...others] = ring.map(([x, y]): Point => [Math.round(x), Math.round(y)]);
  if (!first) return '';
  let [x, y] = first;
  const steps: string[] = [];
  for (const [nextX, nextY] of others) {
    if (Math.abs(nextX - x) + Math.abs(nextY - y) < 2) continue;
    steps.push(`${nextX - x} ${nextY - y}`);
    [x, y] = [nextX, nextY];
  }
  return steps.length < 3 ? '' : `M${first[0]} ${first[1]}l${steps.join(' ')}Z`;
}

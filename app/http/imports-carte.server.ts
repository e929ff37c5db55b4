import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import outlines from '#app/carte/geo/departements.topo.json?raw';
import type { BilanMontre } from '#app/imports/bilan.ts';

/** A map drawn once and for all: outlines as the path of an SVG, and a dot for each square with lieux. */
export interface CarteDessinee {
  largeur: number;
  hauteur: number;
  contours: string;
  points: { x: number; y: number; r: number; sorte: 'nouvelle' | 'modifiee' | 'inchangee'; lieux: number }[];
  /** Lieux that are elsewhere than on the map. */
  ailleurs: number;
}

const LARGEUR = 640;
const METROPOLE = { west: -5.5, south: 41, east: 10, north: 51.5 };
/** Degrees around the lieux, and the smallest side of the map. */
const MARGE = 0.25;
const COTE = 1.6;

type Box = typeof METROPOLE;

/** Draws where the lieux of an import are: the mainland's where there are some, as close as they allow; else those overseas. */
export function drawCarte(squares: BilanMontre['carte']): CarteDessinee | null {
  const inMetropole = squares.filter(([x, y]) => within(METROPOLE, x, y));
  const shown = inMetropole.length > 0 ? inMetropole : squares;
  if (shown.length === 0) return null;
  const box = boxOf(shown);
  const stretch = Math.cos((((box.north + box.south) / 2) * Math.PI) / 180);
  const scale = LARGEUR / ((box.east - box.west) * stretch);
  const project = ([x, y]: readonly [number, number]): [number, number] => [
    Math.round((x - box.west) * stretch * scale),
    Math.round((box.north - y) * scale),
  ];
  const points = shown.map(([x, y, nouvelles, modifiees, inchangees]) => {
    const [px, py] = project([x, y]);
    const lieux = nouvelles + modifiees + inchangees;
    const sorte =
      nouvelles > 0 ? ('nouvelle' as const) : modifiees > 0 ? ('modifiee' as const) : ('inchangee' as const);
    return { x: px, y: py, r: Math.min(14, 5 + Math.round(Math.sqrt(lieux))), sorte, lieux };
  });
  const total = squares.reduce((sum, [, , a, b, c]) => sum + a + b + c, 0);
  return {
    largeur: LARGEUR,
    hauteur: Math.round((box.north - box.south) * scale),
    contours: contoursOf(box, project),
    points: points.sort((a, b) => b.r - a.r),
    ailleurs: total - points.reduce((sum, { lieux }) => sum + lieux, 0),
  };
}

function boxOf(squares: BilanMontre['carte']): Box {
  const xs = squares.map(([x]) => x);
  const ys = squares.map(([, y]) => y);
  const widen = (from: number, to: number) => {
    const missing = Math.max(2 * MARGE, COTE - (to - from)) / 2;
    return [from - missing, to + missing] as const;
  };
  const [west, east] = widen(Math.min(...xs), Math.max(...xs));
  const [south, north] = widen(Math.min(...ys), Math.max(...ys));
  return { west, east, south, north };
}

function within({ west, east, south, north }: Box, x: number, y: number): boolean {
  return x >= west && x <= east && y >= south && y <= north;
}

let rings: (readonly [number, number][])[] | null = null;

/** The outlines, read once. */
function listRings(): (readonly [number, number][])[] {
  if (rings !== null) return rings;
  const topology: Topology<{ departements: GeometryCollection }> = JSON.parse(outlines);
  rings = feature(topology, topology.objects.departements).features.flatMap(({ geometry }) => {
    if (geometry.type === 'Polygon') return geometry.coordinates.map(toRing);
    return geometry.type === 'MultiPolygon' ? geometry.coordinates.flat().map(toRing) : [];
  });
  return rings;
}

function toRing(ring: number[][]): [number, number][] {
  return ring.map(([x = 0, y = 0]) => [x, y]);
}

function contoursOf(box: Box, project: (point: readonly [number, number]) => [number, number]): string {
  return listRings()
    .filter((ring) => ring.some(([x, y]) => within(box, x, y)) || surrounds(ring, box))
    .map((ring) => {
      const places = ring.map(project).map(([x, y]) => `${x} ${y}`);
      return `M${places.filter((place, index) => place !== places[index - 1]).join('L')}Z`;
    })
    .join('');
}

function surrounds(ring: readonly [number, number][], box: Box): boolean {
  const xs = ring.map(([x]) => x);
  const ys = ring.map(([, y]) => y);
  return (
    Math.min(...xs) < box.east &&
    Math.max(...xs) > box.west &&
    Math.min(...ys) < box.north &&
    Math.max(...ys) > box.south
  );
}

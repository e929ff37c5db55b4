/**
 * The country as a halftone picture: one dot per patch of some 15 km, larger where there are more lieux. Made of real
 * positions on each page, so that it shows what is there, in a few kilobytes and without a map library.
 */
export interface Halftone {
  width: number;
  height: number;
  /** SVG path of the patches that have a commune and no lieu: the shape of the country. */
  ground: string;
  /** SVG paths of patches with lieux, from few to many. */
  closed: readonly string[];
  /** The same, where at least one lieu is open. */
  open: readonly string[];
}

/** Degrees. */
export interface Spot {
  latitude: number;
  longitude: number;
}

const WIDTH = 520;
const HEIGHT = 600;
const STEP = 7;
const ROW_HEIGHT = STEP * Math.sqrt(0.75);
/** A patch belongs to the last class whose bound its number of lieux reaches. */
const CLASSES = [1, 3, 8, 20];

/** Spots outside the metropole and the five overseas départements have no place in the picture. */
export function drawHalftone(communes: Iterable<Spot>, lieux: Iterable<Spot & { open: boolean }>): Halftone {
  const patches = new Map<string, { row: number; column: number; count: number; open: boolean }>();
  const patchOf = (spot: Spot) => {
    const place = project(spot);
    if (place === null) return null;
    const row = Math.round(place.y / ROW_HEIGHT);
    const column = Math.round(place.x / STEP - shiftOf(row));
    const key = `${row} ${column}`;
    const patch = patches.get(key) ?? { row, column, count: 0, open: false };
    patches.set(key, patch);
    return patch;
  };
  for (const commune of communes) patchOf(commune);
  for (const gap of gapsOf(patches.values()))
    patches.set(`${gap.row} ${gap.column}`, { ...gap, count: 0, open: false });
  for (const lieu of lieux) {
    const patch = patchOf(lieu);
    if (patch === null) continue;
    patch.count += 1;
    patch.open ||= lieu.open;
  }
  const sorted = [...patches.values()].sort((a, b) => a.row - b.row || a.column - b.column);
  const pathOf = (kept: (patch: (typeof sorted)[number]) => boolean) => sorted.filter(kept).map(dot).join('');
  return {
    width: WIDTH,
    height: HEIGHT,
    ground: pathOf(({ count }) => count === 0),
    closed: CLASSES.map((_, size) => pathOf(({ count, open }) => !open && classOf(count) === size)),
    open: CLASSES.map((_, size) => pathOf(({ count, open }) => open && classOf(count) === size)),
  };
}

/** Patches between those that are known: small communes have no known position, and would be holes in the country. */
function gapsOf(known: Iterable<{ row: number; column: number }>): { row: number; column: number }[] {
  const around = new Map<string, { row: number; column: number; count: number }>();
  const keys = new Set<string>();
  for (const { row, column } of known) {
    keys.add(`${row} ${column}`);
    const left = row % 2 === 0 ? column - 1 : column;
    const neighbours: [number, number][] = [
      [row, column - 1],
      [row, column + 1],
      [row - 1, left],
      [row - 1, left + 1],
      [row + 1, left],
      [row + 1, left + 1],
    ];
    for (const [r, c] of neighbours) {
      const key = `${r} ${c}`;
      const gap = around.get(key) ?? { row: r, column: c, count: 0 };
      gap.count += 1;
      around.set(key, gap);
    }
  }
  return [...around]
    .filter(([key, { count }]) => !keys.has(key) && count >= 3)
    .map(([, { row, column }]) => ({ row, column }));
}

function classOf(count: number): number {
  return CLASSES.filter((bound) => count >= bound).length - 1;
}

/** A line of no length: round caps make it a dot. */
function dot({ row, column }: { row: number; column: number }): string {
  return `M${(column + shiftOf(row)) * STEP} ${Math.round(row * ROW_HEIGHT)}h0`;
}

function shiftOf(row: number): number {
  return row % 2 === 0 ? 0 : 0.5;
}

function project({ latitude, longitude }: Spot): { x: number; y: number } | null {
  if (longitude > -5.5 && longitude < 9.8 && latitude > 41.2 && latitude < 51.2)
    return projectMetropole(latitude, longitude);
  for (const [index, { latitude: lat0, longitude: lon0, span }] of OVERSEAS.entries()) {
    const scale = INSET / span;
    const dx = (longitude - lon0) * Math.cos(radians(lat0)) * scale;
    const dy = (lat0 - latitude) * scale;
    if (Math.max(Math.abs(dx), Math.abs(dy)) < INSET * 0.6) return { x: 52 + index * 104 + dx, y: HEIGHT - 46 + dy };
  }
  return null;
}

const INSET = 72;

/** Guadeloupe, Martinique, Guyane, La Réunion, Mayotte: middle and extent, in degrees. */
const OVERSEAS = [
  { latitude: 16.2, longitude: -61.45, span: 0.8 },
  { latitude: 14.64, longitude: -61.02, span: 0.55 },
  { latitude: 4.1, longitude: -53.1, span: 4 },
  { latitude: -21.13, longitude: 55.53, span: 0.6 },
  { latitude: -12.82, longitude: 45.16, span: 0.42 },
];

/** Lambert's conformal conic on a sphere, with the parallels of the official projection of France (44° and 49°, meridian 3°). */
function projectMetropole(latitude: number, longitude: number): { x: number; y: number } {
  const radius = CONE * tanHalf(latitude) ** -CONE_CONSTANT;
  const angle = CONE_CONSTANT * radians(longitude - 3);
  return {
    x: 266 + radius * Math.sin(angle),
    y: 246 + radius * Math.cos(angle) - CONE * tanHalf(46.5) ** -CONE_CONSTANT,
  };
}

const CONE_CONSTANT = Math.log(Math.cos(radians(44)) / Math.cos(radians(49))) / Math.log(tanHalf(49) / tanHalf(44));
/** 2.15 km for one unit of the picture; the Earth has 6,371. */
const CONE = ((6371 / 2.15) * Math.cos(radians(44)) * tanHalf(44) ** CONE_CONSTANT) / CONE_CONSTANT;

function tanHalf(latitude: number): number {
  return Math.tan(Math.PI / 4 + radians(latitude) / 2);
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

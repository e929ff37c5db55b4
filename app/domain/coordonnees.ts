/** Where on Earth: degrees WGS84, kilometres. */
export interface Position {
  latitude: number;
  longitude: number;
}

interface Box {
  /** First characters of the postcodes and of the INSEE codes that it holds. */
  codes: RegExp;
  south: number;
  north: number;
  west: number;
  east: number;
}

/** Land of each part of France, with a margin of about 10 km. */
const BOXES: readonly Box[] = [
  { codes: /^(?!97|98)/, south: 41.2, north: 51.2, west: -5.3, east: 9.75 },
  { codes: /^97133|^977/, south: 17.8, north: 18.05, west: -63.0, east: -62.7 },
  { codes: /^97150|^978/, south: 17.95, north: 18.25, west: -63.25, east: -62.9 },
  { codes: /^971(?!33|50)/, south: 15.75, north: 16.6, west: -61.9, east: -60.9 },
  { codes: /^972/, south: 14.3, north: 14.95, west: -61.3, east: -60.7 },
  { codes: /^973/, south: 2.0, north: 5.9, west: -54.7, east: -51.5 },
  { codes: /^974/, south: -21.5, north: -20.75, west: 55.1, east: 55.95 },
  { codes: /^975/, south: 46.65, north: 47.25, west: -56.6, east: -56.0 },
  { codes: /^976/, south: -13.1, north: -12.5, west: 44.9, east: 45.4 },
  { codes: /^984/, south: -50.5, north: -11, west: 39, east: 78.5 },
  { codes: /^986/, south: -14.5, north: -13.1, west: -178.3, east: -176.0 },
  { codes: /^987/, south: -28, north: -7.5, west: -155, east: -134 },
  { codes: /^988/, south: -23, north: -18, west: 158, east: 172.2 },
];

/** Whether a position is in France; with a postcode or an INSEE code, whether it is in that part of France. */
export function isInFrance({ latitude, longitude }: Position, code: string | null): boolean {
  return BOXES.some(
    (box) =>
      (code === null || box.codes.test(code)) &&
      latitude >= box.south &&
      latitude <= box.north &&
      longitude >= box.west &&
      longitude <= box.east,
  );
}

/** Great-circle distance in km. */
export function distanceKm(a: Position, b: Position): number {
  const radians = Math.PI / 180;
  const dLatitude = ((b.latitude - a.latitude) * radians) / 2;
  const dLongitude = ((b.longitude - a.longitude) * radians) / 2;
  const h =
    Math.sin(dLatitude) ** 2 +
    Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * Math.sin(dLongitude) ** 2;
  return 2 * 6371.0088 * Math.asin(Math.min(1, Math.sqrt(h)));
}

/**
 * Lambert-93 (metres; EPSG:2154) to degrees, to about a centimetre. Conical conformal projection of IGN's note NT/G 71,
 * ellipsoid GRS80. Null outside the area where these coordinates are used.
 */
export function fromLambert93(x: number, y: number): Position | null {
  if (x < 100_000 || x > 1_250_000 || y < 6_000_000 || y > 7_150_000) return null;
  const n = 0.725607765053267;
  const c = 11_754_255.426096;
  const e = 0.0818191910428158;
  const dx = x - 700_000;
  const dy = y - 12_655_612.049876;
  const isometric = -Math.log(Math.hypot(dx, dy) / c) / n;
  let phi = 2 * Math.atan(Math.exp(isometric)) - Math.PI / 2;
  for (let step = 0; step < 8; step += 1) {
    const eSin = e * Math.sin(phi);
    phi = 2 * Math.atan(((1 + eSin) / (1 - eSin)) ** (e / 2) * Math.exp(isometric)) - Math.PI / 2;
  }
  const lambda = (3 * Math.PI) / 180 + Math.atan2(dx, -dy) / n;
  return { latitude: roundDegrees((phi * 180) / Math.PI), longitude: roundDegrees((lambda * 180) / Math.PI) };
}

/** 7 decimals: a centimetre. */
function roundDegrees(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}

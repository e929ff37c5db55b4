/** What is known of where a lieu is. Any part may be missing. */
export interface LieuPlace {
  code_insee: string | null;
  code_postal: string | null;
  latitude: number | null;
  longitude: number | null;
  /** Whether Good Friday is a public holiday of its commune, in Alsace-Moselle. Null or absent: not known, or elsewhere. */
  vendredi_saint?: boolean | null;
}

/**
 * The IANA time zone of a lieu: from its INSEE code, else its postcode, else its coordinates, else `Europe/Paris`.
 * Covers metropolitan France, the five DROM, Saint-Pierre-et-Miquelon (the only one overseas with summer time),
 * Saint-Barthélemy, Saint-Martin, Wallis-et-Futuna, the three zones of French Polynesia, Nouvelle-Calédonie, the TAAF and
 * Clipperton. Legal time: décret n° 2017-292 du 6 mars 2017; codes: Code officiel géographique of INSEE.
 */
export function timeZoneOfLieu(lieu: LieuPlace): string {
  return (
    zoneOfInsee(lieu.code_insee?.trim() ?? '') ??
    zoneOfPostcode(lieu.code_postal?.replace(/\s/g, '') ?? '') ??
    zoneOfCoordinates(lieu.latitude, lieu.longitude) ??
    'Europe/Paris'
  );
}

/**
 * The key under which public holidays are looked up: the code of the département or of the overseas collectivity (`75`, `2A`, `57`,
 * `974`, `977`, `987`…), or `''` where nothing tells. In Alsace-Moselle followed by `+` where Good Friday is known to be a holiday of
 * the commune, by `-` where it is known not to be (`67+`, `67-`).
 */
export function territoryOfLieu(lieu: LieuPlace): string {
  const territory = departementOf(lieu);
  const known = lieu.vendredi_saint ?? null;
  return known === null || !ALSACE_MOSELLE.includes(territory) ? territory : `${territory}${known ? '+' : '-'}`;
}

/** The départements where the local law of Alsace-Moselle holds, which knows a Good Friday. */
export const ALSACE_MOSELLE: readonly string[] = ['57', '67', '68'];

function departementOf(lieu: LieuPlace): string {
  const insee = lieu.code_insee?.trim().toUpperCase() ?? '';
  if (FORMER_INSEE[insee] !== undefined) return FORMER_INSEE[insee];
  if (/^9[78]\d{3}$/.test(insee)) return insee.startsWith('985') ? '976' : insee.slice(0, 3);
  if (/^(?:\d{2}|2[AB])\d{3}$/.test(insee)) return insee.slice(0, 2);
  const postcode = lieu.code_postal?.replace(/\s/g, '') ?? '';
  if (!/^\d{5}$/.test(postcode)) return '';
  if (postcode === '97133') return '977';
  if (postcode === '97150') return '978';
  if (/^9[78]/.test(postcode)) return postcode === '98799' ? '989' : postcode.slice(0, 3);
  return postcode.slice(0, 2);
}

/** Saint-Barthélemy and Saint-Martin were communes of Guadeloupe until 2007: old files still say so. */
const FORMER_INSEE: Readonly<Record<string, string>> = { '97123': '977', '97127': '978' };

const OVERSEAS: Readonly<Record<string, string>> = {
  '971': 'America/Guadeloupe',
  '972': 'America/Martinique',
  '973': 'America/Cayenne',
  '974': 'Indian/Reunion',
  '975': 'America/Miquelon',
  '976': 'Indian/Mayotte',
  '977': 'America/St_Barthelemy',
  '978': 'America/Marigot',
  '984': 'Indian/Kerguelen',
  '985': 'Indian/Mayotte',
  '986': 'Pacific/Wallis',
  '987': 'Pacific/Tahiti',
  '988': 'Pacific/Noumea',
  '989': 'Etc/GMT+8',
};

/** Communes whose zone is not that of their territory: Marquises, Gambier, districts of the TAAF. */
const INSEE_EXCEPTIONS: Readonly<Record<string, string>> = {
  '97123': 'America/St_Barthelemy',
  '97127': 'America/Marigot',
  '98413': 'Indian/Reunion',
  '98414': 'Antarctica/DumontDUrville',
  '98415': 'Indian/Mayotte',
  '98718': 'Pacific/Marquesas',
  '98723': 'Pacific/Marquesas',
  '98731': 'Pacific/Marquesas',
  '98746': 'Pacific/Marquesas',
  '98756': 'Pacific/Marquesas',
  '98757': 'Pacific/Marquesas',
  '98719': 'Pacific/Gambier',
};

function zoneOfInsee(code: string): string | undefined {
  if (!/^(?:\d{5}|2[ABab]\d{3})$/.test(code)) return undefined;
  return INSEE_EXCEPTIONS[code] ?? OVERSEAS[code.slice(0, 3)] ?? 'Europe/Paris';
}

/** Postcodes of the Marquises (98740–98749, 98796) and of the Gambier (98755, 98792, 98793), as La Poste's base gives them. */
function zoneOfPostcode(code: string): string | undefined {
  if (!/^\d{5}$/.test(code)) return undefined;
  if (code === '97133') return OVERSEAS['977'];
  if (code === '97150') return OVERSEAS['978'];
  if (/^9874\d$/.test(code) || code === '98796') return 'Pacific/Marquesas';
  if (code === '98755' || code === '98792' || code === '98793') return 'Pacific/Gambier';
  if (code === '98799') return OVERSEAS['989'];
  return OVERSEAS[code.slice(0, 3)] ?? 'Europe/Paris';
}

/** South, west, north, east in degrees; the first box that holds the point wins. */
const BOXES: readonly (readonly [number, number, number, number, string])[] = [
  [17.85, -62.98, 17.99, -62.78, 'America/St_Barthelemy'],
  [18.0, -63.17, 18.14, -62.96, 'America/Marigot'],
  [15.8, -61.85, 16.55, -61.0, 'America/Guadeloupe'],
  [14.35, -61.25, 14.9, -60.8, 'America/Martinique'],
  [2.1, -54.65, 5.8, -51.6, 'America/Cayenne'],
  [-21.4, 55.2, -20.85, 55.85, 'Indian/Reunion'],
  [-13.05, 44.95, -12.6, 45.35, 'Indian/Mayotte'],
  [46.7, -56.5, 47.2, -56.1, 'America/Miquelon'],
  [-14.4, -178.3, -13.1, -176.0, 'Pacific/Wallis'],
  [-10.6, -140.9, -7.8, -138.3, 'Pacific/Marquesas'],
  [-23.3, -135.1, -22.9, -134.4, 'Pacific/Gambier'],
  [-28.0, -155.0, -13.0, -134.0, 'Pacific/Tahiti'],
  [-23.0, 163.5, -17.5, 172.2, 'Pacific/Noumea'],
  [-50.1, 68.3, -48.4, 70.7, 'Indian/Kerguelen'],
  [41.0, -5.6, 51.3, 9.8, 'Europe/Paris'],
];

function zoneOfCoordinates(latitude: number | null, longitude: number | null): string | undefined {
  if (latitude === null || longitude === null) return undefined;
  return BOXES.find(([s, w, n, e]) => latitude >= s && latitude <= n && longitude >= w && longitude <= e)?.[4];
}

import type { Etape, Permanence } from './permanences.ts';

/** A permanence as it stands in its form, as typed, without its hours: those are the editor's. */
export interface PermanenceDraft {
  dispositif: string;
  services: string[];
  precision: string;
  ou: 'ici' | 'ailleurs';
  etape: Record<EtapeInput, string>;
}

/** The INSEE code is not asked: it follows from the commune. */
export type EtapeInput = Exclude<keyof Etape, 'code_insee'>;

const ETAPE_INPUTS: readonly EtapeInput[] = ['nom', 'adresse', 'code_postal', 'commune', 'latitude', 'longitude'];

/** The inputs of a permanence. */
export function draftOfPermanence({ dispositif, services, precision, etape }: Permanence): PermanenceDraft {
  return {
    dispositif: dispositif ?? '',
    services: [...services],
    precision: precision ?? '',
    ou: etape === null ? 'ici' : 'ailleurs',
    etape: etapeFrom((name) => String(etape?.[name] ?? '')),
  };
}

/** The same, back from what a browser sends: `dispositif`, `services`, `precision`, `ou`, `etape.nom`… */
export function permanenceOfEntries(entries: Iterable<readonly [string, unknown]>): PermanenceDraft {
  const texts = [...entries].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const get = (name: string) => texts.find(([key]) => key === name)?.[1] ?? '';
  return {
    dispositif: get('dispositif'),
    services: texts.flatMap(([key, value]) => (key === 'services' ? [value] : [])),
    precision: get('precision'),
    ou: get('ou') === 'ailleurs' ? 'ailleurs' : 'ici',
    etape: etapeFrom((name) => get(`etape.${name}`)),
  };
}

/** What `readPermanences` reads, of a draft and its hours. */
export function rawPermanence(draft: PermanenceDraft, { id, horaires }: { id: string; horaires: string }) {
  const { dispositif, services, precision, ou, etape } = draft;
  return { id, horaires, dispositif, services, precision, etape: ou === 'ailleurs' ? etape : null };
}

function etapeFrom(textOf: (name: EtapeInput) => string): Record<EtapeInput, string> {
  const texts: Record<EtapeInput, string> = {
    nom: '',
    adresse: '',
    code_postal: '',
    commune: '',
    latitude: '',
    longitude: '',
  };
  for (const name of ETAPE_INPUTS) texts[name] = textOf(name);
  return texts;
}

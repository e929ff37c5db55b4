import {
  type Commune,
  type CommuneIndex,
  communeOfArrondissement,
  expandSaints,
  normalizeText,
} from '#app/domain/territoire.ts';

/** A commune that another has taken in, or a code that another has replaced (`nom` is then null). */
export interface FormerCommune {
  code: string;
  nom: string | null;
  successor: string;
}

/** The searches over communes and arrondissements. A name of today wins over a former one, an exact name over one without its article. */
export function indexCommunes(communes: readonly Commune[], former: readonly FormerCommune[]): CommuneIndex {
  const byInsee = new Map(communes.map((commune) => [commune.code_insee, commune]));
  const current = communes.filter(({ code_insee }) => communeOfArrondissement(code_insee) === null);
  const byCodePostal = new Map<string, Commune[]>();
  const byName: Names = { exact: new Map(), loose: new Map() };
  const byFormerName: Names = { exact: new Map(), loose: new Map() };
  for (const commune of [...communes].sort((a, b) => b.population - a.population)) {
    addName(byName, commune.nom, commune);
    if (communeOfArrondissement(commune.code_insee)) continue;
    for (const codePostal of commune.codes_postaux) push(byCodePostal, codePostal, commune);
  }
  for (const { code, nom, successor } of former) {
    const commune = byInsee.get(successor);
    if (!commune) continue;
    if (!byInsee.has(code)) byInsee.set(code, commune);
    if (nom) addName(byFormerName, nom, commune);
  }

  return {
    findByInsee: (code) => byInsee.get(code.toUpperCase()),
    listByCodePostal: (codePostal) => byCodePostal.get(codePostal) ?? [],
    all: () => current,
    listByNom(nom, departement) {
      const exact = exactKey(nom);
      const loose = looseKey(exact);
      for (const names of [byName, byFormerName]) {
        for (const found of [names.exact.get(exact), names.loose.get(loose)]) {
          const kept = found?.filter((commune) => !departement || commune.departement === departement) ?? [];
          if (kept.length > 0) return kept;
        }
      }
      return [];
    },
  };
}

interface Names {
  exact: Map<string, Commune[]>;
  loose: Map<string, Commune[]>;
}

function addName(names: Names, nom: string, commune: Commune): void {
  const exact = exactKey(nom);
  push(names.exact, exact, commune);
  push(names.loose, looseKey(exact), commune);
}

/** 'ST-ETIENNE S/ CHALARONNE CEDEX 2' → 'saint etienne sur chalaronne'; 'Paris 1er Arrondissement' and 'PARIS 01' → 'paris 1'. */
function exactKey(nom: string): string {
  const words = expandSaints(normalizeText(nom))
    .replace(/ cedex(?: \d+)?$/, '')
    .replace(/ (?:arrondissement|arrdt|arr)$/, '')
    .split(' ');
  return words
    .map((word, position) => {
      if (position > 0 && word === 's') return 'sur';
      if (position > 0 && word === 'ss') return 'sous';
      return word.replace(/^0*(\d+)(?:er|ere|e|eme|ieme|nd|nde)?$/, '$1');
    })
    .join(' ');
}

/** Without articles and joining words, wherever they stand: 'Havre (LE)', 'abergement clemenciat', 'Villeneuve Ascq'. */
function looseKey(exact: string): string {
  const words = exact.split(' ').filter((word) => !JOINING_WORDS.has(word));
  return words.length > 0 ? words.join(' ') : exact;
}

const JOINING_WORDS = new Set(['le', 'la', 'les', 'l', 'd', 'de', 'du', 'des', 'en', 'et', 'aux', 'au', 'a']);

function push(map: Map<string, Commune[]>, key: string, commune: Commune): void {
  const list = map.get(key);
  if (!list) map.set(key, [commune]);
  else if (!list.includes(commune)) list.push(commune);
}

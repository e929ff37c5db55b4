import {
  arrondissementOfCodePostal,
  type Commune,
  type CommuneIndex,
  DEPARTEMENTS,
  normalizeText,
  REGIONS,
  type Territoire,
} from '#app/domain/territoire.ts';
import type { Point } from './filters.ts';
import { centreOfTerritoires, type Place } from './search.ts';
import type { SnapshotIndex } from './snapshot.ts';

/** Kilometres around the centre of a commune. */
const RAYON = 20;
/** Homonyms beyond these are asked for with their département. */
const MAX_OTHERS = 6;

export interface ResolvedPlace {
  place: Place;
  /** Other communes of that name, as one would search them. */
  others: readonly string[];
}

/**
 * The place that a search names, with no network: 'Bordeaux', 'st etienne 42', '33000', '33000 Bordeaux', 'Gironde',
 * 'Saint-Denis (974)'. Null for anything else, and for what is between quotation marks, which is looked for in names.
 */
export function resolvePlace(
  q: string,
  { communes, index }: { communes: CommuneIndex; index: SnapshotIndex },
): ResolvedPlace | null {
  const text = q.trim();
  if (text === '' || QUOTED.test(text)) return null;
  const territoire = territoireNamed(text, communes);
  if (territoire) {
    const centre = centreOfTerritoires(index, [territoire.territoire]);
    return (
      centre && {
        place: {
          libelle: territoire.nom,
          centre,
          approximatif: false,
          rayon: null,
          territoires: [territoire.territoire],
        },
        others: [],
      }
    );
  }
  const found = communesNamed(text, communes);
  const [first] = found;
  if (!first) return null;
  const samePostcode = /^\d{5}$/.test(text);
  const territoires = (samePostcode ? found : [first]).map(
    ({ code_insee }): Territoire => ({ type: 'commune', code: code_insee }),
  );
  const centre = centreOfCommune(first, { territoires, communes, index });
  if (!centre) return null;
  return {
    place: {
      libelle: samePostcode ? `${first.nom} (${text})` : libelleOf(first),
      ...centre,
      rayon: RAYON,
      territoires,
    },
    others: samePostcode ? [] : found.slice(1, MAX_OTHERS + 1).map(libelleOf),
  };
}

const QUOTED = /^["«“].*["»”]$/s;

function libelleOf({ nom, departement }: Commune): string {
  return `${nom} (${departement})`;
}

/** A département or région by its name, unless a commune in it bears the same (Paris): 'La Réunion' is not the village of Lot-et-Garonne. */
function territoireNamed(text: string, communes: CommuneIndex): { nom: string; territoire: Territoire } | null {
  const wanted = normalizeText(text);
  const departement = DEPARTEMENTS.find(({ nom }) => normalizeText(nom) === wanted);
  if (departement) {
    if (communes.listByNom(text, departement.code).length > 0) return null;
    return { nom: departement.nom, territoire: { type: 'departement', code: departement.code } };
  }
  const region = REGIONS.find(({ nom }) => normalizeText(nom) === wanted);
  return region ? { nom: region.nom, territoire: { type: 'region', code: region.code } } : null;
}

function communesNamed(text: string, communes: CommuneIndex): readonly Commune[] {
  if (/^\d{5}$/.test(text)) {
    const arrondissement = communes.findByInsee(arrondissementOfCodePostal(text) ?? '');
    return arrondissement ? [arrondissement] : communes.listByCodePostal(text);
  }
  const before = /^(\d{5})\s+(\D.*)$/.exec(text);
  const after = /^(.*[^\d\s(])[\s,(]+(\d{5}|\d{2,3}|2[ab])\)?$/i.exec(text);
  const [nom, code] = before ? [before[2], before[1]] : [after?.[1], after?.[2]];
  if (nom !== undefined && code !== undefined) {
    const named = communes.listByNom(nom);
    const kept = named.filter((commune) =>
      code.length === 5 ? commune.codes_postaux.includes(code) : commune.departement === code.toUpperCase(),
    );
    if (kept.length > 0) return kept;
  }
  return communes.listByNom(text);
}

/** Its own centre, else the middle of its lieux, else of its département: the last two are approximate. */
function centreOfCommune(
  commune: Commune,
  {
    territoires,
    communes,
    index,
  }: { territoires: readonly Territoire[]; communes: CommuneIndex; index: SnapshotIndex },
): { centre: Point; approximatif: boolean } | null {
  if (commune.centre) return { centre: commune.centre, approximatif: false };
  const centre =
    centreOfTerritoires(index, territoires) ??
    centreOfTerritoires(index, [{ type: 'departement', code: commune.departement }]) ??
    communes.all().find(({ departement, centre }) => departement === commune.departement && centre)?.centre;
  return centre ? { centre, approximatif: true } : null;
}

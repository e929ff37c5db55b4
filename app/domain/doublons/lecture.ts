import type { Lieu } from '../lieu.ts';
import { departementOfCodePostal, departementOfInsee, expandSaints, normalizeText } from '../territoire.ts';
import { type Adresse, readAdresse } from './adresse.ts';
import { type Nom, readCommune, readNom, sortedSet } from './mots.ts';

/** What of a lieu is compared. */
export type LieuACompare = Pick<
  Lieu,
  | 'id'
  | 'pivot'
  | 'nom'
  | 'commune'
  | 'code_postal'
  | 'code_insee'
  | 'adresse'
  | 'latitude'
  | 'longitude'
  | 'telephone'
  | 'courriels'
  | 'itinerance'
> & {
  /** The source that it came from, and its id there. */
  origine: string;
  id_origine: string;
};

/** A lieu read once for all its comparisons. */
export interface LieuLu {
  id: string;
  nom: Nom;
  adresse: Adresse | null;
  position: { latitude: number; longitude: number } | null;
  /** Normalised, without its arrondissement. */
  commune: string | null;
  communeMots: readonly string[];
  code_postal: string | null;
  code_insee: string | null;
  departement: string | null;
  telephone: string | null;
  courriels: readonly string[];
  /** Domains of its mail addresses, but those where anyone has an address. */
  domaines: readonly string[];
  /** Null for the zero placeholder. */
  pivot: string | null;
  origine: string;
  id_origine: string;
  /** Only here and there, never in one place. */
  itinerant: boolean;
}

/** Reads what is compared of a lieu; pure. */
export function readLieu(lieu: LieuACompare): LieuLu {
  const { code_postal, code_insee, latitude, longitude } = lieu;
  const commune = lieu.commune === null ? null : communeOf(lieu.commune);
  const courriels = sortedSet(lieu.courriels.map((courriel) => courriel.toLowerCase()));
  return {
    id: lieu.id,
    nom: readNom(lieu.nom ?? ''),
    adresse: lieu.adresse === null ? null : readAdresse(lieu.adresse),
    position: latitude === null || longitude === null ? null : { latitude, longitude },
    commune,
    communeMots: commune === null ? [] : readCommune(commune),
    code_postal,
    code_insee,
    departement:
      (code_postal === null ? null : departementOfCodePostal(code_postal)) ??
      (code_insee === null ? null : departementOfInsee(code_insee)),
    telephone: lieu.telephone,
    courriels,
    domaines: sortedSet(courriels.map((courriel) => courriel.slice(courriel.indexOf('@') + 1))).filter(
      (domaine) => !ANYONE.has(domaine),
    ),
    pivot: lieu.pivot === null || /^0+$/.test(lieu.pivot) ? null : lieu.pivot,
    origine: lieu.origine,
    id_origine: lieu.id_origine,
    itinerant: lieu.itinerance.includes('Itinérant') && !lieu.itinerance.includes('Fixe'),
  };
}

function communeOf(commune: string): string {
  const text = expandSaints(normalizeText(commune));
  return text.replace(/ cedex.*$| \d+(?: ?(?:er|e|eme))?(?: arrondissement)?$/, '');
}

const ANYONE = new Set(
  (
    'gmail.com orange.fr wanadoo.fr hotmail.fr hotmail.com yahoo.fr yahoo.com outlook.fr outlook.com free.fr laposte.net ' +
    'sfr.fr live.fr icloud.com conseiller-numerique.fr france-services.gouv.fr'
  ).split(' '),
);

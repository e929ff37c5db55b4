import { formatLocalDate, parseLocalDate } from '#app/domain/horaires/dates.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import { type CommuneIndex, nomOfDepartement } from '#app/domain/territoire.ts';
import { GENRES, type Genre } from './genres.ts';
import { drawHoraires } from './horaires.ts';
import { COMPLEMENTS, deCommune, FIGURES, MOTS, slugOf, VOIES } from './noms.ts';
import { createPlaceDraw, drawPosition, drawTelephone, type Place, shareByDepartement } from './places.ts';
import { createRandom, type Random } from './random.ts';

/** What is written in `source`, so that nobody takes these lieux for real ones. */
const DEMO_SOURCE = 'Démonstration (lieu fictif)';

/**
 * The lieux of the demonstration set, the same for the same communes: in every département, by population. About 1 in
 * 100 lacks a required field, so that there are lieux to complete. Their dates are counted back from `today` (AAAA-MM-JJ).
 */
export function makeDemoLieux(communes: CommuneIndex, { count, today }: { count: number; today: string }): Lieu[] {
  const drawPlace = createPlaceDraw(communes);
  const taken = new Set<string>();
  const lieux: Lieu[] = [];
  for (const [departement, share] of shareByDepartement(communes, count)) {
    for (let index = 0; index < share; index++) {
      const id = `demo-${departement.toLowerCase()}-${String(index + 1).padStart(3, '0')}`;
      const random = createRandom(id);
      const place = drawPlace(random, departement);
      const genre = random.weighted(GENRES.map((kind) => [place.population < 5_000 ? kind.village : kind.ville, kind]));
      const lieu = makeLieu(random, { id, nom: drawNom(random, genre, place, taken), genre, place, today });
      lieux.push(random.chance(0.01) ? { ...lieu, ...random.pick(INCOMPLETE) } : lieu);
    }
  }
  return lieux;
}

const INCOMPLETE: readonly Partial<Lieu>[] = [
  { adresse: null },
  { adresse: null, horaires: null },
  { code_postal: null },
];

/** One lieu of a kind, whole and right by the standard. */
export function makeLieu(
  random: Random,
  { id, nom, genre, place, today }: { id: string; nom: string; genre: Genre; place: Place; today: string },
): Lieu {
  const domaine = `${slugOf(nom)}.exemple.fr`;
  const adresse = drawAdresse(random);
  const horaires = drawHoraires(random, genre.horaires);
  const telephone = random.chance(0.85) ? drawTelephone(random, place) : null;
  const courriels = random.chance(0.7) ? [`contact@${domaine}`] : [];
  const dispositifs = draw(random, genre.dispositifs);
  const byAppointment = horaires?.includes('rendez-vous') ?? false;
  const accompagnements = draw(random, {
    'En autonomie': 0.35,
    'Accompagnement individuel': 0.85,
    'Dans un atelier collectif': 0.45,
    'À distance': 0.06,
  });
  return {
    id,
    pivot: random.chance(0.7) ? makeSiret(random) : null,
    nom,
    commune: place.commune,
    code_postal: place.code_postal,
    code_insee: place.code_insee,
    adresse,
    complement_adresse: random.chance(0.08) ? random.pick(COMPLEMENTS) : null,
    ...drawPosition(random, place),
    typologie: random.chance(0.75) ? [...genre.typologie] : [],
    telephone,
    courriels,
    site_web: random.chance(0.5) ? [`https://${domaine}/`] : [],
    horaires,
    presentation_resume: random.chance(0.6) ? random.pick(genre.resumes) : null,
    presentation_detail: random.chance(0.2) ? random.pick(DETAILS) : null,
    source: DEMO_SOURCE,
    itinerance: genre.lieu?.itinerance ?? (random.chance(0.2) ? ['Fixe'] : []),
    structure_parente: null,
    date_maj: daysBefore(today, drawAge(random)),
    services: atLeastOne(random, genre.services),
    publics_specifiquement_adresses: draw(random, genre.publics),
    prise_en_charge_specifique: random.chance(0.15)
      ? draw(random, {
          Illettrisme: 0.4,
          'Langues étrangères (anglais)': 0.4,
          'Handicaps moteurs': 0.35,
          Surdité: 0.12,
          'Déficience visuelle': 0.12,
          'Handicaps mentaux': 0.08,
          'Langues étrangères (autres)': 0.15,
        })
      : [],
    frais_a_charge: random.chance(0.8) ? atLeastOne(random, genre.frais) : [],
    dispositif_programmes_nationaux: dispositifs,
    formations_labels: draw(random, genre.labels),
    autres_formations_labels: random.chance(0.02) ? ['Label « Territoire, villes et villages internet »'] : [],
    modalites_acces: [
      ...(byAppointment ? [] : ['Se présenter']),
      ...(telephone === null ? [] : ['Téléphoner']),
      ...(courriels.length > 0 && random.chance(0.5) ? ['Contacter par mail'] : []),
    ],
    modalites_accompagnement: accompagnements,
    fiche_acces_libre: random.chance(0.03)
      ? `https://acceslibre.beta.gouv.fr/app/exemple/a/exemple/erp/${slugOf(nom)}/`
      : null,
    prise_rdv: random.chance(0.02) ? `https://rendez-vous.exemple.fr/${id}` : null,
  };
}

const DETAILS = [
  'Nous vous recevons dans un espace calme. Vous pouvez venir avec votre propre téléphone, tablette ou ordinateur, ou utiliser les nôtres.\n\nPremière visite : apportez une pièce d’identité et, si vous en avez un, votre identifiant France Travail ou Améli.',
  'Ateliers par niveau : débuter, se perfectionner, créer. Six personnes au plus par atelier ; inscription à l’accueil ou par téléphone.',
  'Ordinateurs (10), imprimante, scanner. Impression : 10 pages gratuites par jour, puis 0,10 € la page.',
  'Notre équipe se déplace aussi, « hors les murs », chez les personnes qui ne peuvent pas venir ; parlez-en à l’accueil.',
];

/** The name of a kind of lieu at a place, which no other lieu of that commune bears. */
function drawNom(random: Random, genre: Genre, place: Place, taken: Set<string>): string {
  const names = Array.from({ length: 12 }, () =>
    random
      .pick(genre.noms)
      .replace('{de}', deCommune(place.label))
      .replace('{departement}', nomOfDepartement(place.departement) ?? place.label)
      .replace('{figure}', random.pick(FIGURES))
      .replace('{mot}', random.pick(MOTS)),
  );
  const numbered = Array.from({ length: 50 }, (_, index) => `${names[0] ?? ''} – antenne ${index + 2}`);
  const nom = [...names, ...numbered].find((name) => !taken.has(`${name} ${place.code_insee}`));
  if (nom === undefined) throw new RangeError(`too many lieux in ${place.label}`);
  taken.add(`${nom} ${place.code_insee}`);
  return nom;
}

function drawAdresse(random: Random): string {
  const voie = random.pick(VOIES);
  if (random.chance(0.15)) return voie;
  return `${random.int(1, 120)}${random.chance(0.05) ? ' bis' : ''} ${voie}`;
}

/** SIRET that the register has given to nobody (SIREN 0000…), with both keys right. */
export function makeSiret(random: Random): string {
  const siren = withKey(`0000${String(random.int(1, 9999)).padStart(4, '0')}`);
  return withKey(`${siren}${String(random.int(1, 99)).padStart(4, '0')}`);
}

/** Luhn's key behind a number. */
function withKey(digits: string): string {
  const sum = [...digits].reverse().reduce((total, char, index) => {
    const digit = Number(char) * (index % 2 === 0 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

function draw(random: Random, odds: Readonly<Record<string, number>>): string[] {
  return Object.entries(odds)
    .filter(([, probability]) => random.chance(probability))
    .map(([value]) => value);
}

function atLeastOne(random: Random, odds: Readonly<Record<string, number>>): string[] {
  const drawn = draw(random, odds);
  return drawn.length > 0 ? drawn : Object.keys(odds).slice(0, 1);
}

/** Days since the last update: half within four months, a long tail up to five years. */
function drawAge(random: Random): number {
  return random.weighted<() => number>([
    [50, () => random.int(1, 120)],
    [35, () => random.int(120, 540)],
    [15, () => random.int(540, 1800)],
  ])();
}

/** The local day so many days before another, AAAA-MM-JJ. */
function daysBefore(day: string, days: number): string {
  const number = parseLocalDate(day);
  if (number === null) throw new RangeError(`not a date: ${day}`);
  return formatLocalDate(number - days);
}

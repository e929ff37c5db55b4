import { distanceKm } from '#app/domain/coordonnees.ts';
import { civilOf, parseLocalDate } from '#app/domain/horaires/dates.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import type { Permanence } from '#app/domain/permanences.ts';
import { emptyEtape, emptyPermanence } from '#app/domain/permanences.ts';
import type { Commune, CommuneIndex } from '#app/domain/territoire.ts';
import { SERVICES } from '#app/domain/vocabulaires.ts';
import { createRandom, type Random } from './random.ts';

const CONSEILLERS = 'Conseillers numériques';
const AIDANTS = 'Aidants Connect';

/**
 * The permanences of a demonstration lieu, the same each time: none for most; a conseiller numérique on certain days where the lieu is
 * open on others, a desk of Aidants Connect, the stops of a bus. They name only dispositifs that the lieu has.
 * @param today local day AAAA-MM-JJ after which the dates of a tournée come
 */
export function drawPermanences(
  lieu: Lieu,
  { communes, today }: { communes: CommuneIndex; today: string },
): Permanence[] {
  const random = createRandom(`permanences ${lieu.id}`);
  if (lieu.itinerance.includes('Itinérant'))
    return random.chance(0.6) ? drawTournee(random, lieu, { communes, today }) : [];
  const dispositifs = new Set(lieu.dispositif_programmes_nationaux);
  const permanences: Permanence[] = [];
  if (dispositifs.has(CONSEILLERS) && random.chance(0.24)) {
    permanences.push({
      ...emptyPermanence(idOf(random)),
      horaires: random.pick(CONSEILLER_HOURS),
      dispositif: CONSEILLERS,
      services: SERVICES.filter((service) => lieu.services.includes(service) && random.chance(0.6)).slice(0, 3),
      precision: random.chance(0.6) ? `Avec ${random.pick(PRENOMS)}, ${random.pick(OU)}` : null,
    });
  }
  if (dispositifs.has(AIDANTS) && random.chance(0.4)) {
    permanences.push({
      ...emptyPermanence(idOf(random)),
      horaires: random.pick(GUICHET_HOURS),
      dispositif: AIDANTS,
      services: lieu.services.includes(DEMARCHES) ? [DEMARCHES] : [],
      precision: random.chance(0.3) ? 'Guichet confidentiel, apportez vos papiers' : null,
    });
  }
  return permanences;
}

/** Those that people look at first: a médiathèque where help comes on certain days, a bus with its next stops. */
export function permanencesOfGaronne(code: 'bastide' | 'bus', today: string): Permanence[] {
  const random = createRandom(`permanences ${code}`);
  const permanence = (values: Partial<Permanence>): Permanence => ({ ...emptyPermanence(idOf(random)), ...values });
  if (code === 'bastide') {
    return [
      permanence({
        horaires: 'Tu 10:00-12:30,13:30-18:00; Fr 14:00-18:00; PH off',
        dispositif: CONSEILLERS,
        services: ['Maîtrise des outils numériques du quotidien'],
        precision: 'Avec Marie, à l’étage',
      }),
      permanence({
        horaires: 'Th[1] 14:00-17:00; Th[3] 14:00-17:00 "sur rendez-vous"; PH off',
        services: [DEMARCHES],
        precision: 'Une personne de l’équipe, à l’accueil',
      }),
    ];
  }
  return BUS.map(({ horaires, ...etape }) =>
    permanence({
      horaires: horaires ?? datesAfter(today, [9, 30, 51], '14:00-17:30'),
      services: [DEMARCHES],
      etape: { ...emptyEtape(), ...etape },
    }),
  );
}

const DEMARCHES = 'Aide aux démarches administratives';

const BUS = [
  {
    horaires: 'We 09:30-12:30; PH off',
    nom: 'Place de la Mairie',
    code_postal: '33310',
    commune: 'Lormont',
    code_insee: '33249',
    latitude: 44.8776,
    longitude: -0.5224,
  },
  {
    horaires: 'week 1-53/2 Th 14:00-17:30',
    nom: 'Parking du marché',
    adresse: 'Avenue Pasteur',
    code_postal: '33270',
    commune: 'Floirac',
    code_insee: '33167',
    latitude: 44.8337,
    longitude: -0.5243,
  },
  {
    horaires: null,
    nom: 'Devant la médiathèque',
    code_postal: '33530',
    commune: 'Bassens',
    code_insee: '33032',
    latitude: 44.9012,
    longitude: -0.5169,
  },
];

const CONSEILLER_HOURS = [
  'Tu 09:00-12:00,14:00-17:00',
  'Tu 09:00-12:00; PH off',
  'We 14:00-17:00',
  'Tu,Th 14:00-17:00; PH off',
  'Mo 09:00-12:00; Fr 14:00-17:00',
  'week 1-53/2 Tu 09:00-12:00',
  'Th[1] 09:30-12:00; Th[3] 09:30-12:00',
  'Tu 09:00-12:00; Tu 14:00-17:00 "sur rendez-vous"',
];

const GUICHET_HOURS = [
  'Mo-Fr 09:00-12:00; PH off',
  'Mo,We 09:00-12:00',
  'Th 13:30-17:00; PH off',
  'Fr 09:00-12:00 "sur rendez-vous"',
];
const PRENOMS = ['Marie', 'Karim', 'Lucie', 'Thomas', 'Aïcha', 'Paul', 'Nadia', 'Julien'];
const OU = ['bureau 2', 'à l’accueil', 'salle du conseil', 'au premier étage', 'dans l’espace multimédia'];
const ARRETS = [
  'Place de la Mairie',
  'Place du marché',
  'Parking de la salle des fêtes',
  'Devant la bibliothèque',
  'Place de l’Église',
];
const ETAPE_HOURS = [
  'Mo 09:30-12:00',
  'Tu 14:00-17:00',
  'week 2-52/2 We 09:30-12:00',
  'Th[2] 14:00-17:00',
  'Fr[-1] 09:30-12:30',
];

/** How far from its base a bus goes, in km. */
const TOUR_KM = 30;

function drawTournee(
  random: Random,
  lieu: Lieu,
  { communes, today }: { communes: CommuneIndex; today: string },
): Permanence[] {
  const base = lieu.code_insee === null ? undefined : communes.findByInsee(lieu.code_insee);
  const near = communes.all().filter((commune): commune is Commune & { centre: NonNullable<Commune['centre']> } => {
    if (!base?.centre || !commune.centre || commune.departement !== base.departement) return false;
    return commune.code_insee !== base.code_insee && distanceKm(base.centre, commune.centre) <= TOUR_KM;
  });
  if (near.length < 3) return [];
  const stops = new Set(Array.from({ length: 4 }, () => random.pick(near)));
  return [...stops].map((commune, index) => ({
    ...emptyPermanence(idOf(random)),
    horaires:
      index === 0 ? datesAfter(today, [3, 24, 45, 66], '09:30-12:00') : (ETAPE_HOURS[index] ?? ETAPE_HOURS[0] ?? null),
    etape: {
      ...emptyEtape(),
      nom: random.pick(ARRETS),
      code_postal: commune.codes_postaux[0] ?? null,
      commune: commune.nom,
      code_insee: commune.code_insee,
      latitude: Number((commune.centre.latitude + random.int(-40, 40) / 10_000).toFixed(5)),
      longitude: Number((commune.centre.longitude + random.int(-40, 40) / 10_000).toFixed(5)),
    },
  }));
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026 Apr 14 09:30-12:00; 2026 May 05 09:30-12:00`: the same hours on the days so many days after `today`. */
function datesAfter(today: string, days: readonly number[], hours: string): string {
  const first = parseLocalDate(today);
  if (first === null) throw new RangeError(`not a date: ${today}`);
  return days
    .map((offset) => civilOf(first + offset))
    .map(({ year, month, day }) => `${year} ${MONTHS[month - 1]} ${String(day).padStart(2, '0')} ${hours}`)
    .join('; ');
}

function idOf(random: Random): string {
  return random.int(0, 0xffffffff).toString(16).padStart(8, '0');
}

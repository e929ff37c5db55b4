import { z } from 'zod';
import { type Filtres, formatFiltres, parseFiltres } from '#app/carte/filters.ts';
import { FILTER_FIELDS, type FilterField, forEachFilterField } from '#app/domain/filter-fields.ts';
import { FIELDS, fieldOf } from '#app/domain/standard.ts';
import { type CommuneIndex, formatTerritoire, type Territoire } from '#app/domain/territoire.ts';
import { ApiProblem, type Erreur } from './problem.ts';

/** The queries of the API: these schemas read them, and the OpenAPI document is made from them. */

export const LIMITE = 50;
const LIMITE_MAX = 500;
/** How many days of free slots are given where nothing is said. */
export const JOURS = 14;

/** What `fields` may name: the standard's fields, and the permanences. */
export const FIELD_NAMES = [...FIELDS.map(({ name }) => name), 'permanences'] as const;
export type FieldChoice = (typeof FIELD_NAMES)[number];

/** A day and an hour of the calendar; whether that month has that day is looked at afterwards. */
const HEURE_LOCALE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d$/;
const OUVERT = 'attendu maintenant, soir, samedi, dimanche ou AAAA-MM-JJThh:mm';
const DEPUIS =
  /^(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+\- ](?:[01]\d|2[0-3]):[0-5]\d))?|[\w-]{24,500})$/;

function champ(name: FilterField) {
  const { values, label } = fieldOf(name);
  const value =
    values === null
      ? z.string({ error: 'un texte est attendu' }).regex(/\S/, { error: 'un texte est attendu' })
      : z.enum(values, { error: 'la valeur n’est pas dans la liste du standard' });
  return z
    .array(value)
    .optional()
    .meta({
      description: `${label} : l’une de ces valeurs, à répéter pour plusieurs (« ou »). Des noms différents s’ajoutent (« et »).`,
    });
}

const degrees = (max: number, description: string) =>
  z
    .number({ error: 'un nombre en degrés est attendu' })
    .min(-max, { error: `de -${max} à ${max}` })
    .max(max, { error: `de -${max} à ${max}` })
    .optional()
    .meta({ description });

const filtres = {
  q: z
    .string({ error: 'un seul texte est attendu' })
    .regex(/\S/, { error: 'un texte est attendu' })
    .max(200, { error: '200 caractères au plus' })
    .optional()
    .meta({
      description:
        'Une commune, un code postal, un département, une région (les lieux à 20 km, ou du territoire), sinon des mots du nom.',
    }),
  lat: degrees(90, 'Latitude du point cherché, avec « lon ». La liste va alors du plus proche au plus loin.'),
  lon: degrees(180, 'Longitude du point cherché, avec « lat ».'),
  rayon: z
    .number({ error: 'un nombre de kilomètres est attendu' })
    .positive({ error: 'plus de 0 km' })
    .max(20_000, { error: '20 000 km au plus' })
    .optional()
    .meta({ description: 'Kilomètres autour du point (« lat » et « lon ») ou de la commune (« q »).' }),
  bbox: z
    .string({ error: 'un seul rectangle est attendu' })
    .regex(/^(?:-?\d{1,3}(?:\.\d{1,15})?,){3}-?\d{1,3}(?:\.\d{1,15})?$/, { error: 'ouest,sud,est,nord en degrés' })
    .optional()
    .meta({ description: 'Rectangle, en degrés : ouest,sud,est,nord. Exemple : -0.7,44.8,-0.5,44.9' }),
  territoire: z
    .array(
      z
        .string({ error: 'un territoire est attendu' })
        .regex(/^(?:region:\d{2}|departement:(?:\d{2,3}|2[AB])|epci:\d{9}|commune:(?:\d{5}|2[AB]\d{3}))$/, {
          error: 'attendu region:75, departement:33, epci:243300316 ou commune:33063',
        }),
    )
    .optional()
    .meta({
      description: 'Code INSEE ou SIREN : region:75, departement:33, epci:243300316, commune:33063. À répéter.',
    }),
  ...forEachFilterField(champ),
  ouvert: z
    .union([z.enum(['maintenant', 'soir', 'samedi', 'dimanche']), z.string().regex(HEURE_LOCALE, { error: OUVERT })], {
      error: OUVERT,
    })
    .optional()
    .meta({
      description: 'Ouvert maintenant, ce soir (18 h), samedi, dimanche, ou à une heure du lieu AAAA-MM-JJThh:mm.',
    }),
  rdv: z
    .enum(['1'], { error: 'attendu 1' })
    .optional()
    .meta({ description: '1 : seulement les lieux qui ont un rendez-vous libre.' }),
};

const limite = z
  .int({ error: `un nombre de 1 à ${LIMITE_MAX} est attendu` })
  .min(1, { error: `de 1 à ${LIMITE_MAX}` })
  .max(LIMITE_MAX, { error: `de 1 à ${LIMITE_MAX}` })
  .optional()
  .meta({ description: `Combien par réponse, ${LIMITE_MAX} au plus.`, default: LIMITE });

const fields = z
  .array(z.enum(FIELD_NAMES, { error: 'ce champ n’existe pas' }))
  .optional()
  .meta({ description: 'Seulement ces champs, séparés par des virgules : fields=id,nom,horaires' });

const curseur = z
  .string({ error: 'un seul curseur est attendu' })
  .regex(/^[\w-]{24,2000}$/, { error: 'suivez « suivant » tel quel' })
  .optional()
  .meta({ description: 'Où reprendre : ne se construit pas, se trouve dans « suivant ».' });

const depuis = z
  .string({ error: 'un seul instant est attendu' })
  .regex(DEPUIS, {
    error: 'attendu AAAA-MM-JJ, un instant comme 2026-06-01T08:00:00Z, ou ce que dit « reprise »',
  })
  .optional()
  .meta({
    description:
      'Les changements depuis ce jour, cet instant, ou la dernière « reprise » : « lieux » a ceux qui sont nouveaux ou modifiés, « retires » ceux qui ne sont plus publics. Ne va qu’avec « limite » et « fields ».',
  });

const jours = z
  .int({ error: 'un nombre de 1 à 120 est attendu' })
  .min(1, { error: 'de 1 à 120' })
  .max(120, { error: 'de 1 à 120' })
  .optional()
  .meta({ description: 'Combien de jours regarder, à partir de maintenant.', default: JOURS });

export const LISTE_QUERY = z.strictObject({ ...filtres, limite, fields, curseur, depuis });
export const LIEU_QUERY = z.strictObject({ fields });
export const CRENEAUX_QUERY = z.strictObject({ jours });
export const SANS_QUERY = z.strictObject({});

const NUMBERS: ReadonlySet<string> = new Set(['lat', 'lon', 'rayon', 'limite', 'jours']);
/** What may be repeated. */
export const FILTER_NAMES_IN_LISTS: ReadonlySet<string> = new Set(['territoire', 'fields', ...FILTER_FIELDS]);

/** The query string of an address as it was written: Express keeps one value of each name. */
export function paramsOf({ originalUrl }: { originalUrl: string }): URLSearchParams {
  return new URL(originalUrl, 'http://localhost').searchParams;
}

/** A query as its schema says. @throws {ApiProblem} 400 that names back what it does not know */
export function readQuery<Schema extends z.ZodObject>(schema: Schema, params: URLSearchParams): z.output<Schema> {
  const read = schema.safeParse(decode(params));
  if (read.success) return read.data;
  throw badRequest(read.error.issues.flatMap((issue) => erreursOf(issue, { params, schema })));
}

/** The query of the list, with its filters as the map understands them. @throws {ApiProblem} 400 */
export function readListe(
  params: URLSearchParams,
  communes: CommuneIndex,
): z.output<typeof LISTE_QUERY> & { filtres: Filtres } {
  const query = readQuery(LISTE_QUERY, params);
  const { filtres, inconnus } = parseFiltres(params, ['limite', 'fields', 'curseur', 'depuis']);
  const erreurs: Erreur[] = [...inconnus];
  if (query.rayon !== undefined && filtres.point === null && filtres.q === null) {
    const message = '« rayon » va avec « lat » et « lon », ou avec « q ».';
    erreurs.push({ nom: 'rayon', valeur: String(query.rayon), message });
  }
  for (const territoire of filtres.territoires) {
    if (exists(territoire, communes)) continue;
    const valeur = formatTerritoire(territoire);
    erreurs.push({ nom: 'territoire', valeur, message: `Le territoire « ${valeur} » n’existe pas.` });
  }
  if (query.depuis !== undefined) {
    for (const nom of Object.keys(query).filter((name) => !['depuis', 'limite', 'fields'].includes(name))) {
      const message = `« ${nom} » ne va pas avec « depuis » : un lieu retiré n’a plus rien que l’on puisse filtrer.`;
      erreurs.push({ nom, valeur: shorten(params.getAll(nom).join(', ')), message });
    }
  }
  if (erreurs.length > 0) throw badRequest(erreurs);
  return { ...query, filtres };
}

const epcisByIndex = new WeakMap<CommuneIndex, ReadonlySet<string | null>>();

function exists({ type, code }: Territoire, communes: CommuneIndex): boolean {
  if (type === 'commune') return communes.findByInsee(code) !== undefined;
  if (type !== 'epci') return true;
  const epcis = epcisByIndex.get(communes) ?? new Set(communes.all().map(({ epci }) => epci));
  epcisByIndex.set(communes, epcis);
  return epcis.has(code);
}

/** What tells the list of these filters from any other. */
export function keyOfFiltres(filtres: Filtres): string {
  return formatFiltres(filtres).toString();
}

function decode(params: URLSearchParams): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name of new Set(params.keys())) {
    const texts = textsOf(params, name);
    const [first = '', ...more] = texts;
    if (FILTER_NAMES_IN_LISTS.has(name)) values[name] = texts;
    else if (more.length > 0) values[name] = texts;
    else values[name] = NUMBERS.has(name) && /^-?\d{1,9}(?:\.\d{1,15})?$/.test(first) ? Number(first) : first;
  }
  return values;
}

/** `fields` takes commas; nothing else does, since values of the standard hold some. */
function textsOf(params: URLSearchParams, name: string): string[] {
  const texts = params.getAll(name);
  return name === 'fields' ? texts.flatMap((text) => text.split(',')) : texts;
}

function erreursOf(
  issue: z.core.$ZodIssue,
  { params, schema }: { params: URLSearchParams; schema: z.ZodObject },
): Erreur[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape);
    const there = known.length === 0 ? 'Cette adresse n’en a aucun.' : `Il y a : ${known.join(', ')}.`;
    return issue.keys.map((nom) => ({
      nom,
      valeur: shorten(params.get(nom) ?? ''),
      message: `Le paramètre « ${shorten(nom)} » n’existe pas. ${there}`,
    }));
  }
  const [nom, at] = issue.path;
  const name = String(nom);
  const texts = textsOf(params, name);
  const valeur = shorten((typeof at === 'number' ? texts[at] : texts.join(', ')) ?? '');
  return [{ nom: name, valeur, message: `« ${name} » n’accepte pas « ${valeur} » : ${issue.message}.` }];
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function badRequest(erreurs: readonly Erreur[]): ApiProblem {
  return new ApiProblem(400, erreurs.map(({ message }) => message).join(' '), { erreurs });
}

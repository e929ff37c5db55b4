import { z } from 'zod';
import { FIELDS, type Field } from '#app/domain/standard.ts';

/** What the API answers, as the OpenAPI document says it. Ids become its components. */

function schemaOf(field: Field) {
  const { type, values, multiple, description, example } = field;
  const meta = { description, example: exampleOf(field) };
  if (type === 'number') return z.number().meta(meta);
  if (!multiple) return z.string().meta(type === 'date' ? { ...meta, format: 'date' } : meta);
  const item = values === null ? z.string() : z.enum(values);
  return z
    .array(item)
    .min(1)
    .meta({ description, ...(values === null ? { example: example.split('|') } : {}) });
}

function exampleOf({ type, multiple, example }: Field): string | number | string[] {
  if (type === 'number') return Number(example);
  return multiple ? example.split('|') : example;
}

const PERMANENCE = z
  .strictObject({
    id: z.string().meta({ description: 'Le même aussi longtemps que la permanence existe.', example: '0a1b2c3d' }),
    horaires: z.string().optional().meta({ description: 'Quand l’aide est là, au format OSM opening_hours.' }),
    dispositif: z.string().optional().meta({ description: 'Par qui : une valeur de dispositif_programmes_nationaux.' }),
    services: z
      .array(z.string())
      .optional()
      .meta({ description: 'Pour quoi, si ce n’est pas pour tous ceux du lieu.' }),
    precision: z.string().optional().meta({ example: 'Bureau 2, avec Marie' }),
    etape: z
      .strictObject({
        nom: z.string().optional(),
        adresse: z.string().optional(),
        code_postal: z.string().optional(),
        commune: z.string().optional(),
        code_insee: z.string().optional(),
        latitude: z.number().optional(),
        longitude: z.number().optional(),
      })
      .optional()
      .meta({ description: 'Où, si c’est ailleurs que dans le lieu : un arrêt de sa tournée.' }),
  })
  .meta({ id: 'Permanence', description: 'Quand l’aide est donnée, par qui et pour quoi.' });

/** Empty values are left out: nothing is always there, `fields` may leave out everything. */
const LIEU_FIELDS = {
  ...Object.fromEntries(FIELDS.map((field) => [field.name, schemaOf(field).optional()])),
  permanences: z.array(PERMANENCE).min(1).optional(),
};

const LIEU = z.strictObject(LIEU_FIELDS).meta({
  id: 'Lieu',
  description:
    'Les champs du standard de la médiation numérique (v1.0.2), sous leurs noms : listes en tableaux, nombres en nombres. Ce qui est vide n’y est pas. Sans « fields », id, pivot, nom, commune, code_postal, adresse et date_maj sont toujours là.',
});

export const LIEU_ANSWER = z
  .strictObject({
    ...LIEU_FIELDS,
    ferme_le: z.string().optional().meta({ format: 'date', description: 'Le jour de sa fermeture, pendant 90 jours.' }),
  })
  .meta({ id: 'UnLieu' });

const TOTAL = z.int().min(0).meta({ description: 'Combien en tout, toutes réponses comprises.' });
const SUIVANT = z.string().nullable().meta({ description: 'L’adresse de la suite ; null à la fin.' });

export const LISTE_ANSWER = z
  .strictObject({
    lieux: z.array(LIEU),
    total: TOTAL,
    suivant: SUIVANT,
    retires: z
      .array(
        z.strictObject({
          id: z.string(),
          ferme_le: z.string().optional().meta({ format: 'date' }),
          fusionne_dans: z
            .string()
            .optional()
            .meta({ description: 'L’identifiant du lieu dans lequel il a été fusionné.' }),
        }),
      )
      .optional()
      .meta({ description: 'Avec « depuis » : ceux qui ne sont plus publics.' }),
    reprise: z.string().optional().meta({ description: 'Avec « depuis » : l’adresse à appeler la prochaine fois.' }),
  })
  .meta({ id: 'Liste' });

export const FEATURE_ANSWER = z
  .strictObject({
    type: z.literal('Feature'),
    id: z.string(),
    geometry: z
      .strictObject({ type: z.literal('Point'), coordinates: z.array(z.number()).min(2).max(2) })
      .nullable()
      .meta({ description: 'null où la position n’est pas connue.' }),
    properties: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  })
  .meta({ id: 'LieuGeoJson', description: 'RFC 7946 : les champs du standard sont ses propriétés.' });

export const GEOJSON_ANSWER = z
  .strictObject({ type: z.literal('FeatureCollection'), features: z.array(FEATURE_ANSWER) })
  .meta({
    id: 'ListeGeoJson',
    description: 'RFC 7946. La suite est dans l’en-tête Link, le total dans X-Total-Count.',
  });

export const CSV_ANSWER = z.string().meta({
  description: 'Les colonnes du standard, UTF-8, CRLF. La suite est dans l’en-tête Link, le total dans X-Total-Count.',
});

export const CRENEAUX_ANSWER = z
  .strictObject({
    fuseau: z.string().meta({ example: 'Europe/Paris' }),
    creneaux: z.array(
      z.strictObject({
        debut: z.string().meta({ format: 'date-time', example: '2026-06-02T09:00:00+02:00' }),
        fin: z.string().meta({ format: 'date-time' }),
        prestation: z.string().meta({ description: 'Le type d’aide.', example: 'Aide aux démarches' }),
        places: z.int().min(1).meta({ description: 'Places libres.' }),
      }),
    ),
  })
  .meta({ id: 'Creneaux', description: 'Sans créneau libre, ou sans rendez-vous ici, « creneaux » est vide.' });

export const FUSION_ANSWER = z.strictObject({ fusionne_dans: z.string() }).meta({ id: 'Fusion' });

export const PROBLEM_ANSWER = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'Une phrase qui dit quoi faire.' }),
    instance: z.string().meta({ description: 'À donner si vous nous écrivez.' }),
    erreurs: z
      .array(z.strictObject({ nom: z.string(), valeur: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Les paramètres qui n’ont pas été compris.' }),
  })
  .meta({ id: 'Probleme', description: 'RFC 9457.' });

export const OPENAPI_ANSWER = z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApi' });

import type { z } from 'zod';
import type { ProblemStatus } from './problem.ts';
import { CRENEAUX_QUERY, LIEU_QUERY, LISTE_QUERY, SANS_QUERY } from './query.ts';
import {
  CRENEAUX_ANSWER,
  CSV_ANSWER,
  FEATURE_ANSWER,
  FUSION_ANSWER,
  GEOJSON_ANSWER,
  LIEU_ANSWER,
  LISTE_ANSWER,
  OPENAPI_ANSWER,
} from './schemas.ts';

/** One address of the API, as the documentation and the OpenAPI document tell it. */
export interface EndpointDescription {
  /** Below `/api/v1`, as Express writes it. */
  path: string;
  operationId: string;
  summary: string;
  description: string;
  query: z.ZodObject;
  /** What it answers, by status and media type. */
  answers: Readonly<Record<number, Readonly<Record<string, z.ZodType>>>>;
  problems: readonly ProblemStatus[];
  /** What one may try, with `:id` for a lieu that is there. */
  examples: readonly { title: string; path: string; accept?: string }[];
}

const ALWAYS: readonly ProblemStatus[] = [400, 401, 405, 406, 429, 500, 503];

export const ENDPOINTS: readonly EndpointDescription[] = [
  {
    path: '/lieux',
    operationId: 'listerLieux',
    summary: 'Les lieux',
    description:
      'Les lieux publics que les filtres gardent, par identifiant, ou du plus proche au plus loin avec « lat » et « lon ». Suivez « suivant » jusqu’à null. Avec « depuis », les changements seulement.',
    query: LISTE_QUERY,
    answers: {
      200: { 'application/json': LISTE_ANSWER, 'application/geo+json': GEOJSON_ANSWER, 'text/csv': CSV_ANSWER },
    },
    problems: [...ALWAYS, 410],
    examples: [
      {
        title: 'Les lieux de la Gironde qui aident aux démarches, gratuitement',
        path: `/lieux?${new URLSearchParams([
          ['territoire', 'departement:33'],
          ['services', 'Aide aux démarches administratives'],
          ['frais_a_charge', 'Gratuit'],
        ])}`,
      },
      { title: 'Les dix plus proches, ouverts samedi', path: '/lieux?lat=44.8378&lon=-0.5792&ouvert=samedi&limite=10' },
      { title: 'Nom et horaires seulement, en CSV', path: '/lieux?q=33000&fields=id,nom,horaires', accept: 'text/csv' },
      { title: 'Pour une carte', path: '/lieux?bbox=-0.7,44.8,-0.5,44.9&limite=500', accept: 'application/geo+json' },
      { title: 'Ce qui a changé depuis un jour', path: '/lieux?depuis=AAAA-MM-JJ&fields=id,nom,date_maj' },
    ],
  },
  {
    path: '/lieux/:id',
    operationId: 'lireLieu',
    summary: 'Un lieu',
    description:
      'Un lieu par son identifiant, encodé pour une adresse (« / » s’écrit %2F). Fusionné dans un autre : 308 vers celui-là. Fermé : « ferme_le » pendant 90 jours, puis 410 (en JSON seulement).',
    query: LIEU_QUERY,
    answers: {
      200: { 'application/json': LIEU_ANSWER, 'application/geo+json': FEATURE_ANSWER, 'text/csv': CSV_ANSWER },
      308: { 'application/json': FUSION_ANSWER },
    },
    problems: [...ALWAYS, 404, 410],
    examples: [{ title: 'Un lieu', path: '/lieux/:id' }],
  },
  {
    path: '/lieux/:id/creneaux',
    operationId: 'listerCreneaux',
    summary: 'Les rendez-vous libres d’un lieu',
    description:
      'Les rendez-vous que n’importe qui peut prendre, par heure de début, à l’heure du lieu. On réserve sur le site, à /rendez-vous/prendre?lieu=id.',
    query: CRENEAUX_QUERY,
    answers: { 200: { 'application/json': CRENEAUX_ANSWER }, 308: { 'application/json': FUSION_ANSWER } },
    problems: [...ALWAYS, 404, 410],
    examples: [{ title: 'Les rendez-vous libres des sept jours qui viennent', path: '/lieux/:id/creneaux?jours=7' }],
  },
  {
    path: '/openapi.json',
    operationId: 'lireOpenApi',
    summary: 'Cette documentation, pour un programme',
    description: 'Le document OpenAPI 3.1 dont cette page est faite.',
    query: SANS_QUERY,
    answers: { 200: { 'application/json': OPENAPI_ANSWER } },
    problems: ALWAYS,
    examples: [{ title: 'Le document OpenAPI', path: '/openapi.json' }],
  },
];

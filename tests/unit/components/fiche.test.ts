import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Fiche } from '#app/components/fiche.tsx';
import { lieuFrom } from '#app/domain/lieu.ts';
import { draftFicheData } from '#app/http/fiche-data.server.ts';

const LIEU = { id: 'a', nom: 'Le Port', commune: 'Bordeaux', code_postal: '33000', code_insee: '33063' };

function textOf(values: Parameters<typeof lieuFrom>[0]): string {
  const lieu = { ...lieuFrom({ ...LIEU, ...values }), permanences: [] };
  const seen = { now: new Date('2026-11-26T10:00:00Z'), zone: 'Europe/Paris', demo: false };
  const data = draftFicheData(lieu, { ...seen, vendrediSaint: () => null });
  return renderToStaticMarkup(createElement(Fiche, { data }));
}

test.each([
  ['a telephone', { telephone: '+33556000000' }, 'Horaires non renseignés\u00a0: appelez avant de venir.'],
  ['a mail address', { courriels: ['a@port.fr'] }, 'Horaires non renseignés\u00a0: écrivez avant de venir.'],
  ['a site', { site_web: ['https://port.fr'] }, 'Horaires non renseignés\u00a0: renseignez-vous avant de venir.'],
  ['no way to ask', {}, 'Horaires non renseignés.'],
  [
    'nobody received',
    { telephone: '+33556000000', modalites_acces: ["Ce lieu n'accueille pas de public"] },
    'Horaires non renseignés.',
  ],
])('without hours and with %s: %s', (_, values, sentence) => {
  expect(textOf(values)).toContain(`<p>${sentence}</p>`);
});

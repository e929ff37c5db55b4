import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Fiche } from '#app/components/fiche.tsx';
import { lieuFrom } from '#app/domain/lieu.ts';
import { draftFicheData } from '#app/http/fiche-data.server.ts';

const LIEU = { id: 'a', nom: 'Le Port', commune: 'Bordeaux', code_postal: '33000', code_insee: '33063' };

function textOf(values: Parameters<typeof lieuFrom>[0], now = '2026-11-26T10:00:00Z'): string {
  const lieu = { ...lieuFrom({ ...LIEU, ...values }), permanences: [] };
  const seen = { now: new Date(now), zone: 'Europe/Paris', demo: false };
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

test('hours of seasons alone are shown day by day for the week to come, the seasons in words below', () => {
  const horaires = 'Jul-Aug Mo-Fr 09:00-12:00; Sep-Jun Tu 14:00-17:00; 2026 Dec 1 off; PH off';
  const text = textOf({ horaires }).replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ');
  const table = text.slice(text.indexOf('Les sept prochains jours'), text.indexOf('</table>'));
  const rows = [...table.matchAll(/<th scope="row">(.*?)<\/th><td[^>]*>(.*?)<\/td>/g)];
  expect(rows.map(([, day = '', hours]) => [day.replaceAll(/<[^>]+>/g, ''), hours])).toEqual([
    ['Jeudi 26 novembre (aujourd’hui)', 'fermé'],
    ['Vendredi 27 novembre', 'fermé'],
    ['Samedi 28 novembre', 'fermé'],
    ['Dimanche 29 novembre', 'fermé'],
    ['Lundi 30 novembre', 'fermé'],
    ['Mardi 1er décembre', 'fermé'],
    ['Mercredi 2 décembre', 'fermé'],
  ]);
  expect(text).toContain('de juillet à août : 9 h – 12 h');
  const july = textOf({ horaires }, '2027-07-12T10:00:00Z').replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ');
  expect(july).toMatch(/Mardi 13 juillet<\/th><td[^>]*>9 h – 12 h/);
  expect(july).toMatch(/Mercredi 14 juillet \(fête nationale\)<\/th><td class="week-closed">fermé/);
});

import { expect, test } from 'vitest';
import { draftOfPermanence, permanenceOfEntries, rawPermanence } from '#app/domain/permanence-draft.ts';
import { emptyPermanence, type Permanence } from '#app/domain/permanences.ts';
import { readPermanences } from '#app/domain/permanences-form.ts';
import { loadCommunes } from '#app/reference/communes.ts';

const STOP: Permanence = {
  ...emptyPermanence('0a1b2c3d'),
  horaires: 'Tu[1] 09:00-12:00',
  dispositif: 'Conseillers numériques',
  services: ['Aide aux démarches administratives'],
  precision: 'Avec Marie',
  etape: {
    nom: 'Place du marché',
    adresse: null,
    code_postal: '33210',
    commune: 'Langon',
    code_insee: '33227',
    latitude: 44.5541,
    longitude: -0.2487,
  },
};

test.each([STOP, { ...STOP, etape: null, dispositif: null, services: [], precision: null }])(
  'a permanence goes into its form and comes back the same: %#',
  (permanence) => {
    const { dispositif, services, precision, ou, etape } = draftOfPermanence(permanence);
    const entries: [string, string][] = [
      ['dispositif', dispositif],
      ...services.map((service): [string, string] => ['services', service]),
      ['precision', precision],
      ['ou', ou],
      ...Object.entries(etape).map(([name, value]): [string, string] => [`etape.${name}`, value]),
    ];
    const raw = rawPermanence(permanenceOfEntries(entries), { id: permanence.id, horaires: permanence.horaires ?? '' });
    expect(readPermanences([raw], { communes: loadCommunes() })).toEqual({ ok: true, permanences: [permanence] });
  },
);

test('a stop that was typed is left out once the permanence is held in the lieu', () => {
  const draft = { ...draftOfPermanence(STOP), ou: 'ici' as const };
  expect(rawPermanence(draft, { id: STOP.id, horaires: '' }).etape).toBeNull();
});

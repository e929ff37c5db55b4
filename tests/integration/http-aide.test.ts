import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { formatLocalDate, weekdayOf } from '#app/domain/horaires/dates.ts';
import { isFerie } from '#app/domain/horaires/holidays.ts';
import { localInstant } from '#app/domain/horaires/opening.ts';
import { emptyEtape, emptyPermanence } from '#app/domain/permanences.ts';
import { bookSlot } from '#db/rendez-vous/reservations.ts';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { createAgenda, NOW, wish } from './rendez-vous.factory.ts';

/** A Tuesday to come that is a day like others: what a snapshot knows of dated days begins today. */
const TUESDAY = firstTuesday(Math.floor(Date.now() / 86_400_000));
const SANS_PUBLIC = "Ce lieu n'accueille pas de public";

let app: HttpApp;

beforeAll(async () => {
  app = await startHttp({}, at(TUESDAY, 600));
  const today = formatLocalDate(TUESDAY - 1);
  const halle = { ...emptyEtape(), nom: 'Halle', commune: 'Bazas', code_postal: '33430', code_insee: '33036' };
  await insertLieu(
    app.db,
    { id: 'mairie', nom: 'Mairie', horaires: 'Mo-Fr 08:30-17:00', telephone: '+33556000000' },
    {
      today,
      permanences: [
        {
          ...emptyPermanence('0000000a'),
          horaires: 'Tu 09:00-12:00',
          dispositif: 'Conseillers numériques',
          services: ['Loisirs et créations numériques'],
          precision: 'Bureau 2',
        },
      ],
    },
  );
  await insertLieu(
    app.db,
    { id: 'bus', nom: 'Bus du Bazadais', telephone: '+33556000001', services: ['Loisirs et créations numériques'] },
    {
      today,
      permanences: [
        {
          ...emptyPermanence('0000000b'),
          horaires: `${jourOsm(TUESDAY)} 14:00-16:00`,
          etape: { ...halle, latitude: 44.432, longitude: -0.2127, adresse: 'Place de la Cathédrale' },
        },
      ],
    },
  );
  await insertLieu(
    app.db,
    {
      ...{ id: 'distance', nom: 'Aide au bout du fil', telephone: '+33556000002', courriels: ['fil@exemple.fr'] },
      ...{ horaires: 'Mo-Su 00:00-24:00; PH 00:00-24:00', prise_rdv: 'https://rdv.exemple.fr/fil' },
      modalites_acces: [SANS_PUBLIC, 'Se présenter', 'Téléphoner'],
    },
    { today },
  );
  await insertLieu(app.db, { id: 'muet', nom: 'Association muette', latitude: 44.5537, longitude: -0.2491 }, { today });
  await insertLieu(
    app.db,
    { id: 'gardien', nom: 'Atelier', horaires: 'demandez au gardien', latitude: 44.6 },
    { today },
  );
  await insertLieu(
    app.db,
    {
      ...{ id: 'fantome', nom: 'Plateforme muette', horaires: 'Mo-Su 00:00-24:00', modalites_acces: [SANS_PUBLIC] },
      ...{ latitude: 44.5537, longitude: -0.2491 },
    },
    { today },
  );
  const listed = async () => (await app.services.snapshots.current()).index.size;
  await vi.waitFor(async () => expect(await listed()).toBe(6), { timeout: 20_000 });
});

afterAll(() => app?.close());

/** A page as text, spaces made plain; of a fiche, at its own address. */
async function read(path: string, minute = 600, day = TUESDAY): Promise<string> {
  app.clock.now = at(day, minute);
  const visitor = await app.visitor();
  const first = await visitor.get(path);
  const page = first.status === 301 ? await visitor.get(first.headers.get('location') ?? '') : first;
  expect(page.status).toBe(200);
  const html = (await page.text()).replace(/<!-- -->/g, '');
  return html.slice(html.indexOf('<main'), html.indexOf('</main>')).replace(/[\u00a0\u202f]/g, ' ');
}

const namesIn = (html: string) => [...html.matchAll(/<h3><a [^>]*>([^<]*)<\/a>/g)].map(([, nom]) => nom);

describe('a lieu with hours and help on one day', () => {
  test('is open on that day only, in the list as on its fiche', async () => {
    expect(namesIn(await read('/carte?ouvert=maintenant'))).toContain('Mairie');
    expect(namesIn(await read('/carte?ouvert=maintenant', 600, TUESDAY + 1))).not.toContain('Mairie');
    expect(await read('/lieux/mairie')).toContain('Aide sur place jusqu’à 12 h, avec un conseiller numérique');
    const wednesday = await read('/lieux/mairie', 600, TUESDAY + 1);
    expect(wednesday).toContain('Prochaine aide mardi à 9 h, avec un conseiller numérique');
    expect(wednesday).not.toContain('Ouvert jusqu’à');
  });

  test('says first when help is there, by whom, for what and on which dates, then its own hours', async () => {
    const html = await read('/lieux/mairie');
    expect(html.indexOf('Quand l’aide est là')).toBeLessThan(html.indexOf('Horaires du lieu'));
    const [aide = ''] = /<section class="fiche-card fiche-aides">.*?<\/section>/s.exec(html) ?? [];
    for (const words of ['Avec un conseiller numérique', 'Bureau 2', 'Loisirs et créations', 'Mardi', '9 h – 12 h']) {
      expect(aide).toContain(words);
    }
    expect(aide).toContain(
      `${formatLocalDate(TUESDAY).endsWith('-01') ? '1er' : new Date(TUESDAY * 864e5).getUTCDate()} `,
    );
  });

  test('with a type of help asked for, other help does not count', async () => {
    const query = (service: string) => `/carte?${new URLSearchParams({ ouvert: 'maintenant', services: service })}`;
    await sql`update lieu set services = array['Loisirs et créations numériques', 'Aide aux démarches administratives']
      where id = 'mairie'`.execute(app.db);
    const found = async (service: string) => namesIn(await read(query(service)));
    await expect.poll(() => found('Loisirs et créations numériques'), { timeout: 10_000 }).toContain('Mairie');
    expect(await found('Aide aux démarches administratives')).not.toContain('Mairie');
  });
});

describe('a lieu that moves about', () => {
  test('is in the list where it stops, on its day and not on the next, without JavaScript', async () => {
    const near = '/carte?lat=44.432&lon=-0.2127&rayon=2';
    const there = await read(near);
    expect(namesIn(there)).toEqual(['Bus du Bazadais']);
    for (const words of ['Passage du bus aujourd’hui, de 14 h à 16 h', 'Halle', 'Bazas', 'Dont 1 passage']) {
      expect(there).toContain(words);
    }
    expect(namesIn(await read(near, 600, TUESDAY + 1))).toEqual([]);
    expect(namesIn(await read(`${near}&ouvert=${formatLocalDate(TUESDAY)}T15:00`, 600, TUESDAY - 1))).toHaveLength(1);
    expect(namesIn(await read(`${near}&ouvert=${formatLocalDate(TUESDAY)}T17:00`, 600, TUESDAY - 1))).toEqual([]);
  });

  test('says on its fiche where and when it stops next, with the way there, and none to where it does not help', async () => {
    const html = await read('/lieux/bus');
    for (const words of ['Prochain passage aujourd’hui à 14 h, Halle (Bazas)', 'Place de la Cathédrale, 33430 Bazas']) {
      expect(html).toContain(words);
    }
    expect(html.match(/openstreetmap\.org\/directions\?to=[^"]*/g)).toEqual([
      'openstreetmap.org/directions?to=44.432%2C-0.2127',
    ]);
    expect(await read('/lieux/bus', 900)).toContain('En ce moment ailleurs : Halle (Bazas), jusqu’à 16 h');
  });
});

describe('a lieu that receives nobody', () => {
  test('is never open, though its hours never end', async () => {
    expect(namesIn(await read('/carte?ouvert=maintenant'))).not.toContain('Aide au bout du fil');
    const html = await read('/carte?q="bout du fil"');
    expect(html).toContain('Ne reçoit pas de public');
    expect(html).not.toMatch(/Ouvert jusqu|24 h sur 24/);
  });

  test('has its contacts from afar on its fiche, and no way to go there', async () => {
    const html = await read('/lieux/distance');
    for (const words of ['Ne reçoit pas de public', 'tel:+33556000002', 'mailto:fil@exemple.fr', 'Quand le joindre']) {
      expect(html).toContain(words);
    }
    for (const words of ['openstreetmap', 'Y aller', 'Venir sur place', 'Comment y aller', 'Ouvert jusqu']) {
      expect(html).not.toContain(words);
    }
  });

  test('gives appointments by telephone, none on the spot', async () => {
    const agenda = await createAgenda(app.db);
    const debut = new Date('2026-06-02T07:00:00Z');
    await sql`update lieu set modalites_acces = ${[SANS_PUBLIC]} where id = ${agenda.lieuId}`.execute(app.db);
    const prendre = () => read(`/rendez-vous/prendre?${new URLSearchParams({ lieu: agenda.lieuId })}`);
    expect(await prendre()).not.toContain('Aide aux démarches');
    await expect(bookSlot(app.db, wish(agenda, debut))).rejects.toMatchObject({ reason: 'inconnu' });

    await sql`update prestation set modalites = '{sur_place,telephone}' where lieu_id = ${agenda.lieuId}`.execute(
      app.db,
    );
    await expect(bookSlot(app.db, wish(agenda, debut))).rejects.toMatchObject({ reason: 'inconnu' });
    const booked = await bookSlot(app.db, wish(agenda, debut, { modalite: 'telephone', now: NOW }));
    expect(booked.modalite).toBe('telephone');
  });
});

describe('a lieu with neither hours nor contact', () => {
  test('comes after all those that can be reached, however near, and names the nearest of them', async () => {
    const html = await read('/carte?lat=44.5537&lon=-0.2491&rayon=50');
    const names = namesIn(html);
    expect(names.slice(-2).sort()).toEqual(['Association muette', 'Plateforme muette']);
    expect(html).toContain('Ils viennent après tous les autres');
    expect(html).toMatch(/Le plus proche que l’on peut joindre : <a [^>]*href="\/lieux\/mairie\/[^>]*>Mairie<\/a>/);
  });

  test('says so on its fiche, with the nearest that can be reached and its distance', async () => {
    const html = await read('/lieux/muet');
    expect(html).toContain('Ni horaires ni contact connus');
    expect(html).toMatch(
      /Le plus proche que l’on peut joindre : <a [^>]*href="\/lieux\/mairie\/[^>]*>Mairie<\/a>, à \d+ m/,
    );
    expect(html).not.toContain('ppelez');
  });
});

describe('a lieu that receives nobody and gives no contact, whatever its hours', () => {
  test('says that one cannot reach it and names the nearest that one can, in the list as on its fiche', async () => {
    const [, after = ''] = (await read('/carte?lat=44.5537&lon=-0.2491&rayon=50')).split('Plateforme muette');
    const nearest = /Le plus proche que l’on peut joindre : <a [^>]*href="\/lieux\/mairie\//;
    for (const html of [after, await read('/lieux/fantome')]) {
      expect(html).toContain('Ne reçoit pas de public : aucun contact connu');
      expect(html).toMatch(nearest);
      expect(html).not.toContain('aide à distance seulement');
    }
  });

  test('does not give hours at which nobody can be reached', async () => {
    const html = await read('/lieux/fantome');
    expect(html).not.toContain('24 h sur 24');
    expect(html).not.toContain('Quand le joindre');
  });
});

test('hours that are not understood are shown as they were written', async () => {
  const html = await read('/lieux/gardien');
  expect(html).toContain('demandez au gardien');
  expect(html).toContain('Horaires indiqués en toutes lettres, à lire plus bas');
  expect(await read('/carte?lat=44.5537&lon=-0.2491&rayon=50')).toContain('toutes lettres, à lire sur la fiche');
});

function at(day: number, minute: number): Date {
  return localInstant(day, minute, 'Europe/Paris');
}

/** `2026 Dec 01` of a day number. */
function jourOsm(day: number): string {
  const date = new Date(day * 86_400_000);
  const month = date.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  return `${date.getUTCFullYear()} ${month} ${String(date.getUTCDate()).padStart(2, '0')}`;
}

/** Neither it, nor the days around it, nor the next Tuesday is a holiday. */
function firstTuesday(today: number): number {
  const ordinary = (day: number) => isFerie(day, '33') === 'non';
  let day = today + 1;
  while (weekdayOf(day) !== 1 || ![day - 1, day, day + 1, day + 7].every(ordinary)) day++;
  return day;
}

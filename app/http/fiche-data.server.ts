import type { Kysely } from 'kysely';
import type { FicheData, PositionView } from '#app/components/fiche.tsx';
import type { WeekTableData } from '#app/components/week-table.tsx';
import { avecSonContact, contactOf, isInjoignable, isSansPublic, ouvertureOfLieu } from '#app/domain/aide.ts';
import { comingDays, listEcarts } from '#app/domain/horaires/ahead.ts';
import { readableDays } from '#app/domain/horaires/french.ts';
import { localDay, localMoment, sentenceOnFiche } from '#app/domain/horaires/opening.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import {
  isRecord,
  joinStored,
  readStored,
  readStoredDay,
  type StoredHoraires,
} from '#app/domain/horaires/stored-form.ts';
import { etatsOfLabels } from '#app/domain/labels-verifies.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import { storePermanences, type VendrediSaint } from '#app/domain/permanences-store.ts';
import { type Fiche, findStoredOpenings, findStoredPermanences, lieuOf, valuesOf } from '#db/fiches.ts';
import { findPositionGeocodee } from '#db/geocodage.ts';
import { listLabelsVerifies } from '#db/listes.ts';
import type { DB } from '#db/types.ts';
import { aideView, type PermanenceLue, passagesView, readAides } from './fiche-aides.server.ts';

/** How far ahead the fiche tells of days that are not like the others: the six weeks of the editor's calendar. */
const AHEAD_DAYS = 42;

interface Seen {
  now: Date;
  zone: string;
  demo: boolean;
  /** One can book there here. */
  rdv: boolean;
  labels: FicheData['labels'];
}

/** A public fiche from what is stored: nothing is parsed. `rdv`: one can book there here. */
export async function ficheData(
  db: Kysely<DB>,
  fiche: Fiche,
  { now, rdv }: { now: Date; rdv: boolean },
): Promise<FicheData> {
  const asked = { lieuId: fiche.id, from: localDay(now, fiche.fuseau) };
  const { permanences } = valuesOf(fiche);
  const lieu = lieuOf(fiche);
  const [openings, datees, position, verifies] = await Promise.all([
    findStoredOpenings(db, asked),
    permanences.length > 0 ? findStoredPermanences(db, asked) : undefined,
    givenPosition(lieu) ?? geocodedPosition(db, fiche.id),
    listLabelsVerifies(db, fiche.id),
  ]);
  const stored = joinStored(readStored(fiche.horaires_intervalles), null, openings.map(readStoredDay));
  const lues = isRecord(fiche.permanences_lues) ? fiche.permanences_lues : {};
  const read = permanences.map((permanence): PermanenceLue => {
    const days = datees?.get(permanence.id) ?? [];
    return { permanence, horaires: joinStored(readStored(lues[permanence.id]), null, days.map(readStoredDay)) };
  });
  return view(
    lieu,
    { position, horaires: stored, permanences: read },
    {
      now,
      rdv,
      zone: fiche.fuseau,
      demo: fiche.demo,
      labels: etatsOfLabels(lieu.dispositif_programmes_nationaux, verifies),
    },
  );
}

/** The same for values that are being written: the hours are parsed as they will be when saved. */
export function draftFicheData(
  { permanences, ...lieu }: LieuEtPermanences,
  { vendrediSaint, ...seen }: Omit<Seen, 'rdv' | 'labels'> & { vendrediSaint: VendrediSaint },
): FicheData {
  const today = localDay(seen.now, seen.zone);
  const place = { ...lieu, vendredi_saint: vendrediSaint(lieu) };
  const written = storeHoraires(lieu.horaires, place, today);
  const { lues, datees } = storePermanences(permanences, place, today, vendrediSaint);
  const read = permanences.map((permanence): PermanenceLue => {
    const days = datees.filter(({ permanence_id }) => permanence_id === permanence.id);
    return { permanence, horaires: joinStored(lues[permanence.id] ?? null, null, days) };
  });
  const horaires = joinStored(written.horaires_intervalles, null, written.ouvertures_datees);
  return view(
    lieu,
    { position: givenPosition(lieu), horaires, permanences: read },
    { ...seen, rdv: false, labels: null },
  );
}

function view(
  lieu: Lieu,
  {
    position,
    horaires,
    permanences,
  }: { position: PositionView | null; horaires: StoredHoraires | null; permanences: readonly PermanenceLue[] },
  { now, zone, demo, rdv, labels }: Seen,
): FicheData {
  const { aides, passages } = readAides(permanences, zone);
  const sansPublic = isSansPublic(lieu.modalites_acces);
  const injoignable = isInjoignable(lieu, { aides: aides.length > 0, passages: passages.length > 0, rdv });
  const ouverture = ouvertureOfLieu({ sansPublic, injoignable, fuseau: zone, horaires, aides, passages }, now);
  const { state, sentence, note } = ouverture;
  const contact = contactOf(lieu);
  const read = horaires?.etat === 'lu' ? horaires : null;
  const week = read && weekOf(read, now, zone);
  const stops = passages.length > 0 ? passagesView(passages, now) : null;
  return {
    lieu,
    position,
    opening: {
      state,
      sentence: sentenceOnFiche(avecSonContact(sentence, contact)),
      note: note && avecSonContact(note, contact),
    },
    enPassage: aides.length === 0 && stops?.venues[0]?.enCours === true,
    sansPublic,
    injoignable,
    aides: aides.map((aide) => aideView(aide, { now, zone })),
    passages: stops,
    week,
    ecarts: read && !week?.coming ? listEcarts(read, { from: localMoment(now, zone).day, days: AHEAD_DAYS }) : [],
    horairesText: read ? null : lieu.horaires,
    labels,
    demo,
  };
}

function givenPosition({ latitude, longitude }: Lieu): PositionView | null {
  return latitude === null || longitude === null ? null : { latitude, longitude, approximative: false };
}

async function geocodedPosition(db: Kysely<DB>, lieuId: string): Promise<PositionView | null> {
  const found = await findPositionGeocodee(db, lieuId);
  if (!found) return null;
  const { latitude, longitude, precision } = found;
  return { latitude, longitude, approximative: precision === 'approchee' };
}

function weekOf(stored: Extract<StoredHoraires, { etat: 'lu' }>, now: Date, zone: string): WeekTableData {
  const { day: today, weekday } = localMoment(now, zone);
  const { jours, precisions } = readableDays(stored);
  const coming = jours.length === 0 && stored.datees !== null;
  const shown = coming ? comingDays(stored, today) : jours;
  const first = coming ? 0 : weekday;
  return { coming, days: shown.map((jour, index) => ({ ...jour, today: index === first })), precisions };
}

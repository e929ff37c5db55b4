import type { Kysely } from 'kysely';
import type { FicheData } from '#app/components/fiche.tsx';
import type { WeekTableData } from '#app/components/week-table.tsx';
import { readableDays } from '#app/domain/horaires/french.ts';
import { localDay, localMoment, openingState } from '#app/domain/horaires/opening.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { joinStored, readStored, readStoredIntervals, type StoredHoraires } from '#app/domain/horaires/stored-form.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import { type Fiche, findStoredOpenings, lieuOf } from '#db/fiches.ts';
import type { DB } from '#db/types.ts';

/** A public fiche from what is stored: nothing is parsed. */
export async function ficheData(db: Kysely<DB>, fiche: Fiche, now: Date): Promise<FicheData> {
  const openings = await findStoredOpenings(db, { lieuId: fiche.id, from: localDay(now, fiche.fuseau) });
  const stored = joinStored(
    readStored(fiche.horaires_intervalles),
    null,
    openings.map(({ jour, intervalles }) => ({ jour, intervalles: readStoredIntervals(intervalles) })),
  );
  return view(lieuOf(fiche), stored, { now, zone: fiche.fuseau, demo: fiche.demo });
}

/** The same for values that are being written: the hours are parsed as they will be when saved. */
export function draftFicheData(lieu: Lieu, { now, zone, demo }: { now: Date; zone: string; demo: boolean }): FicheData {
  const written = storeHoraires(lieu.horaires, lieu, localDay(now, zone));
  const stored = joinStored(written.horaires_intervalles, null, written.ouvertures_datees);
  return view(lieu, stored, { now, zone, demo });
}

function view(
  lieu: Lieu,
  stored: StoredHoraires | null,
  { now, zone, demo }: { now: Date; zone: string; demo: boolean },
): FicheData {
  const { state, sentence } = openingState(stored, now, zone);
  const read = stored?.etat === 'lu';
  return {
    lieu,
    opening: { state, sentence },
    week: read ? weekOf(stored, now, zone) : null,
    horairesText: read ? null : lieu.horaires,
    demo,
  };
}

function weekOf(stored: Extract<StoredHoraires, { etat: 'lu' }>, now: Date, zone: string): WeekTableData {
  const { weekday } = localMoment(now, zone);
  const { jours, precisions } = readableDays(stored);
  return { days: jours.map((jour, day) => ({ ...jour, today: day === weekday })), precisions };
}

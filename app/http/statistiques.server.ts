import type { RequestHandler } from 'express';
import { isJour, parisDay, typeOfExport } from '#app/domain/exports.ts';
import { nomDuTerritoire, statistiquesToCsv } from '#app/domain/statistiques.ts';
import { computeStatistiques, findStatistiques, type Statistiques } from '#db/statistiques.ts';
import type { Services } from './context.ts';
import { isLocalDemonstration } from './demonstration.server.ts';
import { refuse, weakEtagOf } from './donnees-envoi.server.ts';

type StatistiquesServices = Pick<Services, 'dbRead' | 'settings' | 'now' | 'communes'>;

/** The figures of the last day that was counted; those of this very moment where none was yet. */
export async function loadStatistiques({
  dbRead,
  settings,
  now,
  communes,
}: StatistiquesServices): Promise<Statistiques> {
  const demo = isLocalDemonstration(settings);
  const kept = await findStatistiques(dbRead, { demo });
  if (kept) return kept;
  const faite_le = now();
  const jour = parisDay(faite_le);
  return { jour, faite_le, territoires: await computeStatistiques(dbRead, { jour, demo, communes }) };
}

/** `/donnees/statistiques.csv` and `.json`, newest or of a day, for any site and any program. */
export function serveStatistiques(services: StatistiquesServices): RequestHandler {
  return (request, response, next) => {
    const { jour, format = 'json' } = request.params;
    serve().catch(next);

    async function serve(): Promise<void> {
      const demo = isLocalDemonstration(services.settings);
      const found =
        jour === undefined
          ? await loadStatistiques(services)
          : isJour(jour)
            ? await findStatistiques(services.dbRead, { jour, demo })
            : undefined;
      if (found === undefined) {
        const newest = `/donnees/statistiques.${format}`;
        return refuse(response, 404, `Il n’y a pas de statistiques du ${jour}. Les plus récentes : ${newest}`);
      }
      const body =
        format === 'csv' ? statistiquesToCsv(found.jour, found.territoires) : toJson(found, services.settings);
      response.setHeader('ETag', weakEtagOf(body));
      response.setHeader('Cache-Control', jour === undefined ? 'public, no-cache' : 'public, max-age=3600');
      response.setHeader('Content-Disposition', `inline; filename="${found.jour}_statistiques.${format}"`);
      response.type(typeOfExport(`.${format}`)).send(body);
    }
  };
}

function toJson(
  { jour, faite_le, territoires }: Statistiques,
  { publicUrl }: Pick<Services['settings'], 'publicUrl'>,
): string {
  const lines = territoires.map(({ territoire, chiffres }) => ({
    territoire,
    nom: nomDuTerritoire(territoire),
    ...chiffres,
  }));
  const about = { jour, faite_le, licence: 'Licence Ouverte 2.0', page: `${publicUrl}/statistiques` };
  return `${JSON.stringify({ ...about, territoires: lines }, null, 2)}\n`;
}

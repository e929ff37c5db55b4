import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { nomOfDepartement } from '#app/domain/territoire.ts';
import { reasonAgainstCourriel } from '#app/domain/valeurs.ts';
import { upsertModerateur, upsertUtilisateur } from '#db/utilisateurs.ts';
import { runCommand, UsageError } from './command.ts';

const USAGE = `npm run moderateur -- COURRIEL [--departements 33,40]
  Donne à un compte (créé s’il n’existe pas) le rôle de modération, pour toute la France ou pour ces départements.
  Le relancer remplace les départements accordés auparavant.`;

await runCommand('moderateur', async (open) => {
  const { courriel, departements, aide } = readArguments(process.argv.slice(2));
  if (aide) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const { db } = await open();
  const now = new Date();
  await db.transaction().execute(async (trx) => {
    const { id } = await upsertUtilisateur(trx, { id: randomUUID(), courriel, now });
    await upsertModerateur(trx, { utilisateurId: id, departements });
  });
  const where =
    departements === null
      ? 'toute la France'
      : departements.map((code) => `${nomOfDepartement(code)} (${code})`).join(', ');
  process.stdout.write(
    `${courriel} peut modérer : ${where}. La personne se connecte avec cette adresse, sur /connexion.\n`,
  );
});

function readArguments(args: string[]): { courriel: string; departements: string[] | null; aide: boolean } {
  const { values, positionals } = parse(args);
  if (values.aide) return { courriel: '', departements: null, aide: true };
  const [courriel, ...others] = positionals;
  if (courriel === undefined || others.length > 0)
    throw new UsageError(`Donnez une adresse de courriel, une seule.\n${USAGE}`);
  if (reasonAgainstCourriel(courriel) !== null) {
    throw new UsageError(`« ${courriel} » n’est pas une adresse de courriel (exemple : prenom.nom@anct.gouv.fr).`);
  }
  return { courriel: courriel.toLowerCase(), departements: readDepartements(values.departements), aide: false };
}

function readDepartements(text: string | undefined): string[] | null {
  if (text === undefined) return null;
  const codes = text
    .split(',')
    .map((code) => code.trim().toUpperCase())
    .map((code) => (/^\d$/.test(code) ? `0${code}` : code))
    .filter((code) => code !== '');
  const unknown = codes.filter((code) => nomOfDepartement(code) === null);
  if (unknown.length > 0)
    throw new UsageError(`Aucun département n’a le code ${unknown.join(', ')} (exemple : --departements 33,2A,974).`);
  if (codes.length === 0)
    throw new UsageError('Donnez au moins un code après --departements (exemple : --departements 33,40).');
  return [...new Set(codes)];
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { departements: { type: 'string' }, aide: { type: 'boolean', default: false } },
    });
  } catch {
    throw new UsageError(`Je ne comprends pas « ${args.join(' ')} ». Voici comment faire :\n${USAGE}`);
  }
}

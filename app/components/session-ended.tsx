import { Button } from './button.tsx';

/** A form that was sent after its session had ended: where it goes, and all that it holds. */
export interface InterruptedForm {
  vers: string;
  entries: readonly (readonly [string, string])[];
}

/** Nothing typed is lost: signing in takes another tab, and this page sends the form again. Works without any script. */
export function SessionEnded({ vers, entries }: InterruptedForm) {
  return (
    <>
      <p className="lead">Rien n’est perdu : cette page garde ce que vous avez écrit. Ne la fermez pas.</p>
      <ol>
        <li>
          <a href="/connexion" target="_blank" rel="noreferrer">
            Connectez-vous dans un autre onglet
          </a>
          , avec la même adresse de courriel.
        </li>
        <li>Ouvrez le lien que vous recevez et appuyez sur « Me connecter ».</li>
        <li>Revenez sur cet onglet et envoyez ce que vous aviez écrit.</li>
      </ol>
      {/* Not Remix's: the answer takes the place of this page, which has no session yet. */}
      <form method="post" action={vers}>
        {entries.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same name may come twice with the same value, and the list never changes
          <input key={index} type="hidden" name={name} value={value} />
        ))}
        <Button large>Envoyer ce que j’avais écrit</Button>
      </form>
    </>
  );
}

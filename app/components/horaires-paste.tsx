import type { PasteAnswer } from '#app/domain/horaires/form-editor.ts';
import { Button } from './button.tsx';
import { useFocusTarget, useInput } from './horaires-context.ts';
import { GroupErrors } from './horaires-day.tsx';
import { Fold } from './horaires-fold.tsx';
import { Notice } from './notice.tsx';

/** A text that people have already, to fill the days with; then what was understood of it, what is asked, or where it is not clear. */
export function PasteFields({ colle, avant, answer }: { colle: string; avant: string; answer: PasteAnswer | null }) {
  const input = useInput('colle', 'colle');
  const target = useFocusTarget('collage');
  return (
    <Fold
      id="coller"
      title="Coller un texte"
      hint="Vos horaires sont déjà écrits quelque part ? La semaine se remplit toute seule."
      count={colle === '' ? 0 : 1}
    >
      <GroupErrors group="colle" />
      <label className="paste-text">
        <span className="field-label">Le texte de vos horaires</span>
        <span className="field-help">
          Par exemple : du lundi au jeudi de 9h à 12h et de 14h à 17h, vendredi 9h-12h. Rien n’est enregistré à cette
          étape.
        </span>
        <textarea {...input} className="textarea" rows={3} value={colle} />
      </label>
      <Button look="secondary" name="intent" value="coller" formNoValidate>
        Remplir la semaine avec ce texte
      </Button>
      {answer ? (
        <div {...target} tabIndex={-1} className="paste-answer">
          <Answer answer={answer} />
        </div>
      ) : null}
      {avant === '' ? null : (
        <Button look="secondary" name="intent" value="decoller" formNoValidate>
          Annuler ce collage et revenir aux horaires d’avant
        </Button>
      )}
    </Fold>
  );
}

function Answer({ answer }: { answer: PasteAnswer }) {
  if (answer.kind === 'compris') {
    return (
      <Notice kind="success" title="Voici ce que nous avons compris">
        <Lines lignes={answer.lignes} />
        {answer.enleve.length > 0 ? (
          <>
            <p className="understood-what">Enlevé, parce que votre texte le remplace&nbsp;:</p>
            <Lines lignes={answer.enleve} />
          </>
        ) : null}
        {answer.reste.length > 0 ? (
          <>
            <p className="understood-what">Gardé, parce que votre texte n’en parle pas&nbsp;:</p>
            <Lines lignes={answer.reste} />
          </>
        ) : null}
        <p>La semaine est remplie ainsi ci-dessous. Vérifiez-la, corrigez-la, puis enregistrez.</p>
      </Notice>
    );
  }
  if (answer.kind === 'question') {
    return (
      <Notice
        kind="warning"
        title={
          answer.lectures.length > 1
            ? 'Ce texte peut se lire de plusieurs façons'
            : 'Nous ne sommes pas sûrs de comprendre'
        }
      >
        <Place {...answer} />
        <fieldset className="readings">
          <legend>{answer.message} Choisissez la bonne lecture, ou corrigez le texte :</legend>
          {answer.lectures.map(({ osm, label }) => (
            <label key={osm} className="choice">
              <input type="radio" name="lecture" value={osm} />
              <span className="choice-text">{label}</span>
            </label>
          ))}
        </fieldset>
        <Button look="secondary" name="intent" value="lecture" formNoValidate>
          Remplir la semaine ainsi
        </Button>
      </Notice>
    );
  }
  return (
    <Notice kind="error" title="Nous n’avons pas compris tout le texte">
      <p>{answer.message}</p>
      <Place {...answer} />
      <p>Corrigez l’endroit marqué, ou remplissez la semaine à la main.</p>
    </Notice>
  );
}

/** The pasted text with the place that is not clear. */
function Place({ avant, endroit, apres }: { avant: string; endroit: string; apres: string }) {
  return (
    <p className="paste-place">
      {avant}
      <mark>{endroit === '' ? '…' : endroit}</mark>
      {apres}
    </p>
  );
}

function Lines({ lignes }: { lignes: readonly string[] }) {
  return lignes.map((ligne) => (
    <span key={ligne} className="understood-line">
      {ligne}
    </span>
  ));
}

import type { SourceKind } from '#app/domain/horaires/form-source.ts';
import type { RegleGardee } from '#app/domain/horaires/grille.ts';
import { joinWords } from '#app/domain/horaires/words.ts';
import { Button } from './button.tsx';
import { useInput } from './horaires-context.ts';
import { GroupErrors } from './horaires-day.tsx';
import { Fold } from './horaires-fold.tsx';
import { Notice } from './notice.tsx';

/** What the days cannot show, kept to the letter; each can be taken out, knowingly. */
export function KeptRules({
  gardees,
  retirees,
  covered,
}: {
  gardees: readonly RegleGardee[];
  retirees: readonly number[];
  /** The days whose hours in the form such a rule takes the place of. */
  covered: readonly string[];
}) {
  const { onChange } = useInput('gardee_retiree', 'gardees');
  if (gardees.length === 0) return null;
  return (
    <fieldset className="kept-rules">
      <legend>Gardé tel quel</legend>
      <p>
        Vos horaires disent aussi ceci, que la page ne sait pas montrer jour par jour. C’est gardé à la lettre, sauf si
        vous le retirez.
      </p>
      {covered.length > 0 ? (
        <Notice kind="warning" title="Une règle gardée passe avant vos heures" live>
          <p>
            Pour {joinWords(covered)}, le public verra ce que dit une des règles ci-dessous, sauf si vous la retirez.
          </p>
        </Notice>
      ) : null}
      <ul className="plain-list">
        {gardees.map(({ texte, description }, index) => (
          <li key={texte}>
            <p>
              {description} <code>{texte}</code>
            </p>
            <label className="choice">
              <input
                type="checkbox"
                name="gardee_retiree"
                value={index}
                checked={retirees.includes(index)}
                onChange={onChange}
              />
              <span className="choice-text">
                Retirer cette règle<span className="visually-hidden"> : {description}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

/** What is said of a text that the days do not come from. */
export function SourceNotice({ kind, source }: { kind: SourceKind; source: string }) {
  if (kind === 'illisible') {
    return (
      <Notice kind="warning" title="Vos horaires d’aujourd’hui ne se lisent pas jour par jour">
        <p>Le public lit : « {source} ».</p>
        <p>Ce texte reste tel quel tant que vous ne touchez à rien. Si vous remplissez la semaine, elle le remplace.</p>
      </Notice>
    );
  }
  if (kind === 'compris') {
    return (
      <Notice kind="info" title="Vos horaires d’aujourd’hui sont écrits à la main">
        <p>« {source} »</p>
        <p>
          La semaine ci-dessous montre ce que nous en avons compris. Ce texte reste tel quel tant que vous ne changez
          rien.
        </p>
      </Notice>
    );
  }
  return null;
}

/** The text of the standard, for those who can read it. */
export function RawTextFields({ texte, typed }: { texte: string; typed: boolean }) {
  const input = useInput('texte', 'texte');
  return (
    <Fold
      id="texte-osm"
      title="Voir le texte au format OpenStreetMap"
      hint="Pour qui connaît ce format : c’est ce texte qui part dans les données ouvertes."
      count={typed ? 1 : 0}
    >
      <GroupErrors group="texte" />
      <label className="paste-text">
        <span className="field-label">Le texte des horaires</span>
        <span className="field-help">Par exemple : Mo-Fr 09:00-12:00; week 1-53/2 Tu 14:00-17:00; PH off</span>
        <textarea {...input} className="textarea numeric" rows={4} value={texte} spellCheck={false} />
      </label>
      <Button look="secondary" name="intent" value="texte" formNoValidate>
        Reprendre ce texte dans la semaine
      </Button>
    </Fold>
  );
}

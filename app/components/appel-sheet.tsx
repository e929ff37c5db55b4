import { Form, Link } from '@remix-run/react';
import { ISSUE_LABELS, ISSUES, type Issue, issueLabel } from '#app/domain/appels.ts';
import { manquesOf } from '#app/domain/manques.ts';
import { fichePath, lieuSegment } from '#app/http/fiche-path.ts';
import { Button } from './button.tsx';
import { DateText } from './date-text.tsx';
import { formatDate, formatTelephone, telephoneHref } from './format.ts';
import { DefinitionList } from './layout.tsx';
import { Manques } from './territoire-lieux.tsx';

export interface AppelRow {
  id: string;
  version: number;
  nom: string | null;
  adresse: string | null;
  complement_adresse: string | null;
  code_postal: string | null;
  commune: string | null;
  telephone: string | null;
  courriels: readonly string[];
  site_web: readonly string[];
  heures: readonly string[];
  aides: readonly string[];
  services: readonly string[];
  date_maj: string | null;
  manquants: readonly string[];
  manques: readonly string[];
  appels: readonly Appel[];
}

interface Appel {
  id: number;
  le: Date | string;
  issue: string;
  auteur_nom: string | null;
  auteur: string | null;
}

/** Lieux to call: whom, what the fiche says, what to ask, what came of it. On paper, boxes to tick stand for the buttons. */
export function AppelSheet({ lieux, numero }: { lieux: readonly AppelRow[]; numero: 'avec' | 'sans' }) {
  return (
    <ol className="appels plain-list">
      {lieux.map((lieu) => (
        <li key={lieu.id} className="appel">
          <Row lieu={lieu} numero={numero} />
        </li>
      ))}
    </ol>
  );
}

function Row({ lieu, numero }: { lieu: AppelRow; numero: 'avec' | 'sans' }) {
  const name = lieu.nom ?? 'Lieu sans nom';
  const questions = manquesOf(lieu.manques).flatMap(({ question }) => question ?? []);
  return (
    <>
      <h2>{name}</h2>
      <Telephone telephone={lieu.telephone} wrong={numero === 'sans'} />
      <Manques names={lieu.manques} />
      <div className="appel-sides">
        <section>
          <h3>Ce que dit la fiche</h3>
          <FicheDite lieu={lieu} />
        </section>
        <section>
          <h3>À demander</h3>
          <ul>
            {questions.map((question) => (
              <li key={question}>{question}</li>
            ))}
            {questions.length === 0 ? <li>Ce que dit la fiche est-il juste ?</li> : null}
          </ul>
        </section>
      </div>
      <Appels appels={lieu.appels} />
      <Outcome lieu={lieu} name={name} numero={numero} />
      <ul className="appel-paper" aria-hidden="true">
        {ISSUES.map((issue) => (
          <li key={issue}>{ISSUE_LABELS[issue]}</li>
        ))}
      </ul>
    </>
  );
}

function Telephone({ telephone, wrong }: { telephone: string | null; wrong: boolean }) {
  if (telephone === null) return <p>Pas de numéro connu.</p>;
  const href = telephoneHref(telephone);
  const shown = formatTelephone(telephone);
  if (wrong) return <p>Numéro noté faux : {shown}</p>;
  return <p className="appel-telephone">{href ? <a href={href}>{shown}</a> : shown}</p>;
}

function FicheDite({ lieu }: { lieu: AppelRow }) {
  const { adresse, complement_adresse, code_postal, commune, courriels, site_web, heures, aides, services } = lieu;
  const town = [code_postal, commune].filter(Boolean).join(' ');
  return (
    <DefinitionList
      items={[
        ['Adresse', [adresse, complement_adresse, town].filter(Boolean).join(', ')],
        ['Horaires', heures.length > 0 ? <Lines key="horaires" lines={heures} /> : null],
        ['Permanences', aides.length > 0 ? <Lines key="permanences" lines={aides} /> : null],
        ['Aide proposée', services.join(', ')],
        ['Courriel', courriels.join(', ')],
        ['Site', site_web.join(', ')],
        ['Mise à jour', lieu.date_maj === null ? 'jamais' : `le ${formatDate(lieu.date_maj)}`],
      ]}
    />
  );
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <>
      {lines.map((line) => (
        <span key={line} className="appel-line">
          {line}
        </span>
      ))}
    </>
  );
}

/** Who called, when, with what outcome. */
function Appels({ appels }: { appels: readonly Appel[] }) {
  if (appels.length === 0) return null;
  return (
    <ul className="muted small" aria-label="Appels passés">
      {appels.map(({ id, le, issue, auteur, auteur_nom }) => (
        <li key={id}>
          <DateText value={le} time /> : {issueLabel(issue)} ({auteur_nom ?? auteur ?? 'compte supprimé'})
        </li>
      ))}
    </ul>
  );
}

/** A click per outcome. */
function Outcome({ lieu, name, numero }: { lieu: AppelRow; name: string; numero: 'avec' | 'sans' }) {
  const offered: readonly Issue[] = numero === 'avec' ? ISSUES : ['juste', 'corrige', 'ferme'];
  return (
    <Form method="post" className="appel-issues" aria-label={`Résultat de l’appel : ${name}`}>
      <input type="hidden" name="lieu" value={lieu.id} />
      <input type="hidden" name="version" value={lieu.version} />
      <input type="hidden" name="manques" value={lieu.manques.join(' ')} />
      {offered.map((issue) => (
        <Button key={issue} look={issue === 'ferme' ? 'danger' : 'secondary'} name="issue" value={issue}>
          {ISSUE_LABELS[issue]}
        </Button>
      ))}
      <span className="cluster small">
        {lieu.manquants.length === 0 ? (
          <Link to={fichePath({ id: lieu.id })}>
            Fiche publique<span className="visually-hidden"> {name}</span>
          </Link>
        ) : null}
        <Link to={`/moderation/lieux/${lieuSegment(lieu.id)}`}>
          Historique<span className="visually-hidden"> {name}</span>
        </Link>
      </span>
    </Form>
  );
}

"""What a sweep found: tables by cell and run, failures, any run again."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from trustsim import arguments
from trustsim.errors import OutputError, StudyError, refusal
from trustsim.sweeps.cells import scenario_of_cell
from trustsim.sweeps.contrasts import contrasts_of
from trustsim.sweeps.manifest import FINISHED, manifest_of, study_of
from trustsim.sweeps.parts import write_bytes
from trustsim.sweeps.precision import missing_of
from trustsim.sweeps.reading import InFolder, Source, factors_of, whole_table
from trustsim.sweeps.study import Study
from trustsim.sweeps.summary import summary_of
from trustsim.sweeps.tables import CELL, DESIGN, to_pandas

if TYPE_CHECKING:
    from trustsim.engines.partnership import Partnership
    from trustsim.scenarios.scenario import Scenario


class UnfinishedWarning(UserWarning):
    """Results of which some runs are missing, as the sweep was not finished or is one shard."""


class Sweep:
    """Results of a study, in memory or in a folder; made by `sweep`, or `Sweep.read(folder)`.

    Attributes
    ----------
    source : Source
        Where the results are.
    study : Study
        What was swept.
    was_finished : bool
        Everything had been stored before, and nothing was simulated.
    """

    def __init__(self, source: Source, study: Study, *, was_finished: bool = False) -> None:
        self.source = source
        self.study = study
        self.was_finished = was_finished
        self._read = False

    @classmethod
    def read(cls, folder: str | Path) -> Sweep:
        """Results in a folder, with an `UnfinishedWarning` where some are missing.

        Parameters
        ----------
        folder : path
            Written by `sweep` or `merge`.

        Raises
        ------
        StudyError
            A sweep has not written it, or it was changed since.
        """
        path = arguments.path("results", "folder", folder, "a folder of a sweep", StudyError)
        found = cls(InFolder(path), study_of(path, manifest_of(path)))
        found._read = True
        found._warn()
        return found

    @property
    def complete(self) -> bool:
        """Whether every run of the study is stored, or has failed."""
        return self.source.finished or (not self._unknown and self.missing.empty)

    @property
    def missing(self) -> pd.DataFrame:
        """Runs of the study that are not there: neither stored nor failed.

        Returns
        -------
        pandas.DataFrame
            One row a stretch of replicates: cell, arm, point, the factors, first and last
            (replicates), runs (how many).
        """
        cells = self.cells[self.cells["problem"] == ""].drop_duplicates(CELL)
        kept = [CELL, "arm", "point", *factors_of(cells)]
        rows = []
        if not self.source.finished and not self._unknown:
            done = self.source.done()
            gaps = missing_of(self.study, list(cells[CELL]), done, self.source)
            for cell in cells[kept].to_dict("records"):
                for first, size in gaps.get(cell[CELL], []):
                    rows.append({**cell, "first": first, "last": first + size - 1, "runs": size})
        return pd.DataFrame(rows, columns=[*kept, "first", "last", "runs"])

    @property
    def _unknown(self) -> bool:
        """Whether several studies were merged, so that what they lack is not known."""
        return self.source.manifest().get("study_digest", "") is None

    def what_is_missing(self) -> str:
        """What is missing, in one sentence; empty if nothing is."""
        if self.complete:
            return ""
        manifest = self.source.manifest()
        if self._unknown:
            merged = manifest.get("merged_from", [])
            names = [one["folder"] for one in merged if one["status"] != FINISHED]
            return f"some of the merged sweeps were not finished: {', '.join(names)}."
        gaps, told = self.missing, []
        part, of = manifest.get("shard", [1, 1])
        merged = [one["shard"] for one in manifest.get("merged_from", [])]
        if of > 1:
            told.append(f"this is shard {part} of {of}")
        elif merged and len({n for _, n in merged}) == 1:
            lacking = [n for n in range(1, merged[0][1] + 1) if [n, merged[0][1]] not in merged]
            if lacking:
                shards = "shard" if len(lacking) == 1 else "shards"
                told.append(f"{shards} {', '.join(map(str, lacking))} of {merged[0][1]}")
        told += [
            f"replicates {row['first']} to {row['last']} of {row['arm']!r}, point {row['point']}"
            for row in gaps.head(3).to_dict("records")
        ]
        if len(gaps) > 3:
            told.append(f"and {len(gaps) - 3} more stretches (see `missing`)")
        return f"{gaps['runs'].sum():,} runs are missing: {'; '.join(told)}."

    def _warn(self) -> None:
        # Whoever has just swept one shard knows what is missing.
        told = self.what_is_missing() if self._read else ""
        if told:
            where = getattr(self.source, "folder", "This sweep")
            step = "Resume the sweep, or merge all of its shards, for the whole."
            text = f"{where} is not complete: {told} {step}"
            warnings.warn(text, UnfinishedWarning, stacklevel=3)

    def dataset(self, table: str = "runs") -> Any:
        """A table as a pyarrow Dataset: to read batch by batch what would not fit in memory.

        table: "runs", or "months" or "members" where recorded.
        """
        return self.source.dataset(arguments.text("results", "table", table, "runs", StudyError))

    def table(self, name: str = "runs") -> pd.DataFrame:
        """A whole table in memory, in the order of cells and replicates."""
        found = whole_table(self.dataset(name))
        rest = [column for column in found.column_names if column not in DESIGN]
        rows = to_pandas(name, found.select([*DESIGN, *rest]))
        place = dict(zip(self.cells[CELL], self.cells["number"], strict=True))
        order = [n for n in ("replicate", "month", "organisation") if n in rows.columns]
        numbers = rows[CELL].astype(str).map(place)
        rows = rows.assign(_number=numbers).sort_values(["_number", *order], kind="stable")
        return rows.drop(columns="_number").reset_index(drop=True)

    @functools.cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: run_id, cell, arm, the factors, then the columns of `schema.RUNS`.

        A column that is called like a parameter ends in "_observed".
        """
        return self.table("runs")

    @functools.cached_property
    def cells(self) -> pd.DataFrame:
        """One row a cell: cell (its key), number, arm, point, the factors, scenario."""
        return self.source.cells()

    @property
    def failures(self) -> pd.DataFrame:
        """One row a failed run: run_id, cell, arm, replicate, stage, error, message, seed."""
        return self.source.failures()

    def summary(self, by: Sequence[int] = (36, 60, 84)) -> pd.DataFrame:
        """Every outcome of every cell with its 95 % interval; columns as in `summary_of`."""
        self._warn()
        return summary_of(self.source, self.study.months, by=by)

    def contrasts(
        self, baseline: str | None = None, by: Sequence[int] = (36, 60, 84)
    ) -> pd.DataFrame:
        """Each arm against the baseline at every point; columns as in `contrasts_of`."""
        self._warn()
        return contrasts_of(self.source, self.study, baseline, by=by)

    def write_summary(self, folder: str | Path) -> Path:
        """The summary as summary.csv in a folder; the file's path.

        Raises OutputError if it can't be written.
        """
        folder = arguments.path("summary", "folder", folder, "where to write it", OutputError)
        text = self.summary().to_csv(index=False)
        write_bytes(folder, "summary.csv", text.encode())
        return folder / "summary.csv"

    def rerun(self, run_id: str, *, log_actions: bool = True) -> Partnership:
        """That very run as agents, to its end.

        Raises StudyError for a run that is not of this study.
        """
        from trustsim.engines.partnership import Partnership

        scenario, replicate = self._address(run_id)
        model = Partnership(
            scenario,
            seed=self.study.seed,
            replicate=replicate,
            months=self.study.months,
            log_actions=log_actions,
        )
        model.run_model()
        return model

    def _address(self, run_id: str) -> tuple[Scenario, int]:
        run_id = arguments.text("rerun", "run_id", run_id, "of the column run_id", StudyError)
        key, _, replicate = run_id.rpartition("-")
        row = self.cells[self.cells[CELL] == key]
        plain = replicate.isascii() and replicate.isdecimal() and len(replicate) < 11
        most = self.study.most_replicates
        if row.empty or not plain or str(int(replicate)) != replicate or int(replicate) >= most:
            step = "Take one of the column run_id."
            raise StudyError(
                refusal("rerun", "run_id", run_id, "does not belong to this study", step)
            )
        if row["problem"].iloc[0]:
            step = "Look at `failures`."
            got, allowed = str(row["problem"].iloc[0]), "the cell of this run can't be simulated"
            raise StudyError(refusal("rerun", f"run {run_id}", got, allowed, step))
        return scenario_of_cell(str(row["scenario"].iloc[0])), int(replicate)

    def _repr_html_(self) -> str:
        title = repr(self).strip("<>")
        return f"<p><b>{title}</b></p>{self.summary().round(3).head(60).to_html(index=False)}"

    def __repr__(self) -> str:
        return f"<Sweep of {self.study.scenario.name!r}: {len(self.cells)} cells>"

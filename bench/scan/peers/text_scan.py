# The first lines of the file through a tool for running text, timed after it has started.
import json
import sys
import time

tool, path, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(path, encoding="utf-8", errors="ignore") as file:
    lines = file.read(size).splitlines()[1:-1]
if tool == "argus":
    from argus_redact import redact

    def look(line):
        return redact(line, lang="zh", mode="fast")

else:
    import spacy
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        def __init__(self):
            super().__init__()
            self.nlp = {"en": spacy.blank("en")}

    engine = AnalyzerEngine(nlp_engine=Blank(), supported_languages=["en"])

    def look(line):
        return engine.analyze(text=line, language="en")


look(lines[0])
start = time.process_time()
for line in lines:
    look(line)
cpu = time.process_time() - start
print(json.dumps({"bytes": sum(len(line.encode()) + 1 for line in lines), "cpu": cpu}))

//! Pages in a headless browser: nothing wider than the screen, nothing fetched, nothing said on the console, and what a
//! screen reader and weak eyes need. Where no browser is installed, a test says so and is skipped; `.ci/run` insists on one.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A program on the search path.
pub fn installed(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().flat_map(|name| places.iter().map(move |place| place.join(name))).find(|file| file.is_file())
}

/// The browser; none where none is installed, which is said.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
pub fn browser() -> Option<PathBuf> {
    let found = installed(&NAMES);
    if found.is_none() {
        eprintln!("SKIPPED: no browser is installed ({}): pages were not opened", NAMES.join(", "));
        assert!(
            std::env::var_os("GROUNDSWELL_BROWSER_NEEDED").is_none(),
            "a browser is needed here and none is installed"
        );
    }
    found
}

/// Opens a page; returns what it wrote into its document, and what it said on the console.
fn open(browser: &Path, folder: &Path, address: &str, more: &[&str]) -> (String, Vec<String>) {
    let profile = tempfile::tempdir().expect("a folder");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ])
        .args([
            "--allow-file-access-from-files",
            "--enable-logging=stderr",
            "--log-level=0",
            "--timeout=60000",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(more)
        .arg(format!("file://{}/{address}", folder.display()))
        .stdin(Stdio::null())
        .output()
        .expect("the browser runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let console = said.lines().filter(|line| line.contains("CONSOLE")).map(str::to_string).collect();
    (String::from_utf8_lossy(&output.stdout).into_owned(), console)
}

/// Everything that is wrong with a page, light and dark; and its tables by their names: rows of (column, value, text).
pub fn look(browser: &Path, folder: &Path, page: &str) -> Value {
    let check = include_str!("browser.html");
    std::fs::write(folder.join("check.html"), check).expect("writes");
    let mut tables = Value::Null;
    for scheme in ["1", "0"] {
        let setting = format!("--blink-settings=preferredColorScheme={scheme}");
        let (dom, console) = open(browser, folder, &format!("check.html?{page}"), &["--dump-dom", &setting]);
        let out = dom.split("<pre id=\"out\">").nth(1).and_then(|rest| rest.split("</pre>").next());
        let out = out.unwrap_or_else(|| panic!("{page}: the check did not end: {dom:.2000} {console:?}"));
        let out = out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let found: Value = serde_json::from_str(&out).expect("JSON");
        assert!(console.is_empty(), "{page}: {console:#?}");
        for part in ["wide", "access", "contrast", "requests"] {
            assert_eq!(found[part], Value::Array(Vec::new()), "{page}, {part}, colour scheme {scheme}");
        }
        assert!(found["texts"].as_u64() > Some(5), "{page}: nothing was looked at");
        tables = found["tables"].clone();
    }
    tables
}

/// What axe-core says against a page; `GROUNDSWELL_AXE` names its file. It runs in a copy without the policy that forbids scripts.
#[allow(clippy::print_stderr, reason = "a check that is left out says so")]
pub fn axe(browser: &Path, folder: &Path, page: &str) {
    let Some(file) = std::env::var_os("GROUNDSWELL_AXE") else {
        eprintln!(
            "SKIPPED: GROUNDSWELL_AXE names no axe.min.js: {page} was looked at by our own checks only"
        );
        return;
    };
    let axe = std::fs::read_to_string(file).expect("axe-core");
    let text = std::fs::read_to_string(folder.join(page)).expect("a page");
    let (before, policy) = text.split_once("<meta http-equiv=\"Content-Security-Policy\"").expect("a policy");
    let (_, after) = policy.split_once('>').expect("its end");
    let run = "window.onload = () => axe.run(document, { resultTypes: ['violations'] }).then(found => {
        const out = document.createElement('pre'); out.id = 'out';
        out.textContent = found.violations.map(one => one.id + ': ' + one.nodes[0].html).join('\\n') || 'nothing'; document.body.append(out); });";
    let scripts = format!("<script>{axe}</script><script>{run}</script></body>");
    std::fs::write(folder.join("axe.html"), format!("{before}{after}").replace("</body>", &scripts))
        .expect("writes");
    let (dom, _) = open(browser, folder, "axe.html", &["--dump-dom", "--virtual-time-budget=20000"]);
    let out = dom.rsplit("<pre id=\"out\">").next().and_then(|rest| rest.split("</pre>").next());
    assert_eq!(out, Some("nothing"), "{page}");
}

/// How many sheets of paper a page takes.
pub fn printed(browser: &Path, folder: &Path, page: &str) -> usize {
    let file = folder.join("printed.pdf");
    let (_, console) = open(
        browser,
        folder,
        page,
        &["--no-pdf-header-footer", &format!("--print-to-pdf={}", file.display())],
    );
    assert!(console.is_empty(), "{page}: {console:#?}");
    let bytes = std::fs::read(&file).expect("a PDF");
    assert!(bytes.starts_with(b"%PDF"));
    let text = String::from_utf8_lossy(&bytes);
    text.matches("/Type /Page\n").count() + text.matches("/Type /Page ").count()
}

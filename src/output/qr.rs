//! A QR code of an address, for slides and print: SVG or PNG.

use anyhow::{Context, Result, anyhow};
use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use fast_qr::{ECL, QRCode};

/// White modules around the code, as the standard wants them.
const QUIET: usize = 4;
/// About how many pixels wide a PNG is: sharp on a slide.
const PIXELS: usize = 1024;

/// A code that is still read when a seventh of it is covered.
fn code(text: &str) -> Result<QRCode> {
    let code = QRBuilder::new(text).ecl(ECL::M).build();
    code.map_err(|_| {
        anyhow!("{} characters are too many for a QR code: use a short link", text.chars().count())
    })
}

/// The code as an SVG that says what it leads to.
pub fn svg(text: &str) -> Result<String> {
    let drawn = SvgBuilder::default().margin(QUIET).to_str(&code(text)?);
    let title = text.replace('&', "&amp;").replace('<', "&lt;");
    Ok(drawn.replacen('>', &format!("><title>{title}</title>"), 1))
}

/// The code as a PNG, black on white, one bit a pixel.
pub fn png(text: &str) -> Result<Vec<u8>> {
    let code = code(text)?;
    let modules = code.size + 2 * QUIET;
    let scale = (PIXELS / modules).max(1);
    let width = modules * scale;
    let is_white = |x: usize, y: usize| {
        let inside = |at: usize| (at / scale).checked_sub(QUIET).filter(|at| *at < code.size);
        inside(x).zip(inside(y)).is_none_or(|(x, y)| !code[y][x].value())
    };
    let mut rows = vec![0_u8; width.div_ceil(8) * width];
    for y in 0..width {
        for x in (0..width).filter(|x| is_white(*x, y)) {
            rows[y * width.div_ceil(8) + x / 8] |= 0x80 >> (x % 8);
        }
    }
    let mut bytes = Vec::new();
    let side = u32::try_from(width)?;
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&rows)).context("the PNG")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://kettle.example/new?a=1&utm_source=community&utm_medium=advocate&utm_campaign=brief-1-kettle-2&utm_content=ana-1";

    /// What a camera would read in a PNG.
    fn read(bytes: &[u8]) -> String {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut pixels).expect("a frame");
        let width = info.width as usize;
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, info.height as usize, |x, y| {
            pixels[y * width + x]
        });
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one code");
        grids[0].decode().expect("decodes").1
    }

    #[test]
    fn a_camera_reads_the_address() {
        for text in [LINK, "https://kettle.example/ana", "ANA-BADEMU34"] {
            assert_eq!(read(&png(text).expect("draws")), text);
        }
    }

    #[test]
    fn the_svg_says_where_it_leads_and_is_markup() {
        let drawn = svg(LINK).expect("draws");
        assert!(
            drawn.starts_with("<svg") && drawn.contains("<title>https://kettle.example/new?a=1&amp;utm"),
            "{drawn}"
        );
    }

    #[test]
    fn too_long_is_an_error() {
        let error = svg(&"x".repeat(4000)).expect_err("too long");
        assert_eq!(error.to_string(), "4000 characters are too many for a QR code: use a short link");
    }
}

#include "notification/templat.h"

#define K(name) (UINT32_C(1) << JENIS_PENGIRIMAN_##name)
#define D(name) (UINT32_C(1) << KEPUTUSAN_##name)
#define ALL (UINT32_MAX)
#define GIVEN (D(DIKABULKAN) | D(DIKABULKAN_SEBAGIAN))
#define NOT_GIVEN (D(DITOLAK) | D(TIDAK_DIKUASAI) | D(BELUM_DIDOKUMENTASIKAN) | D(TIDAK_BERHAK))
#define EXEMPT (D(DIKABULKAN_SEBAGIAN) | D(DITOLAK))
#define OBJECTION (K(KEPUTUSAN))

#define UU "Undang-Undang Nomor 14 Tahun 2008 tentang Keterbukaan Informasi Publik"
#define UU_SHORT "Undang-Undang Nomor 14 Tahun 2008"
#define ACT "Act No. 14 of 2008 on Public Information Openness"

/* DOMAIN.md 1.4 to 1.9 say what each has to contain; the forms are Perki's. */
/* clang-format off */
const struct templat templat_rows[] = {
	{ K(TANDA_BUKTI),  0, TEMPLAT_TITLE,     "TANDA BUKTI PENERIMAAN PERMOHONAN INFORMASI PUBLIK" },
	{ K(KELENGKAPAN),  0, TEMPLAT_TITLE,     "PEMBERITAHUAN KELENGKAPAN PERMOHONAN INFORMASI PUBLIK" },
	{ K(PERPANJANGAN), 0, TEMPLAT_TITLE,     "PEMBERITAHUAN PERPANJANGAN WAKTU" },
	{ K(KEPUTUSAN),    0, TEMPLAT_TITLE,     "PEMBERITAHUAN TERTULIS" },
	{ K(PENYERAHAN),   0, TEMPLAT_TITLE,     "TANDA BUKTI PENYERAHAN INFORMASI PUBLIK" },
	{ K(GUGUR),        0, TEMPLAT_TITLE,     "PEMBERITAHUAN PERMOHONAN GUGUR" },
	{ K(PENCABUTAN),   0, TEMPLAT_TITLE,     "PEMBERITAHUAN PENCABUTAN PERMOHONAN" },
	{ K(HIDUP_KEMBALI), 0, TEMPLAT_TITLE,    "PEMBERITAHUAN PERMOHONAN DIPROSES KEMBALI" },
	{ K(PENGALIHAN),   0, TEMPLAT_TITLE,     "PEMBERITAHUAN PENGALIHAN PERMOHONAN" },

	{ ALL,             0, TEMPLAT_PARAGRAPH, "Yth. {nama}" },

	/* The receipt: art. 22(4). */
	{ K(TANDA_BUKTI),  0, TEMPLAT_PARAGRAPH, "Permohonan informasi publik Saudara telah kami terima dan kami daftarkan sebagai berikut:" },
	{ K(TANDA_BUKTI),  0, TEMPLAT_LINE,      "Nomor pendaftaran|{nomor}" },
	{ K(TANDA_BUKTI),  0, TEMPLAT_LINE,      "Diterima pada|{diterima}" },
	{ K(TANDA_BUKTI),  0, TEMPLAT_LINE,      "Diterima melalui|{kanal}" },
	{ K(TANDA_BUKTI),  0, TEMPLAT_LINE,      "Nama pemohon|{nama}" },
	{ K(TANDA_BUKTI),  0, TEMPLAT_LINE,      "Alamat|{alamat}" },
	{ K(TANDA_BUKTI),  0, TEMPLAT_LINE,      "Penerima|{unit}" },
	{ K(TANDA_BUKTI),  0, TEMPLAT_LINE,      "Kode pelacakan|{kode}" },
	{ K(TANDA_BUKTI),  0, TEMPLAT_PARAGRAPH, "Pemberitahuan tertulis akan kami sampaikan paling lambat {hari_jawab} hari kerja sejak {dasar}, dan dapat diperpanjang satu kali paling lama {hari_perpanjangan} hari kerja dengan alasan tertulis (Pasal 22 ayat (7) dan ayat (8) " UU ")." },
	{ K(TANDA_BUKTI),  0, TEMPLAT_PARAGRAPH, "{kode?}Perkembangan permohonan dapat dilihat di {lacak} dengan memasukkan nomor pendaftaran dan kode pelacakan." },
	{ K(TANDA_BUKTI),  0, TEMPLAT_PARAGRAPH, "{lacak!}{kode?}Perkembangan permohonan dapat ditanyakan kepada kami dengan menyebutkan nomor pendaftaran dan kode pelacakan." },
	{ K(TANDA_BUKTI),  0, TEMPLAT_PARAGRAPH, "{kode!}Perkembangan permohonan dapat ditanyakan kepada kami dengan menyebutkan nomor pendaftaran." },
	{ K(TANDA_BUKTI),  0, TEMPLAT_PARAGRAPH, "{kode?}Simpanlah tanda bukti ini dan jangan memberitahukan kode pelacakan kepada orang lain." },

	{ K(KELENGKAPAN),  0, TEMPLAT_PARAGRAPH, "Permohonan informasi publik Saudara dengan nomor pendaftaran {nomor}, yang kami terima pada {diterima}, telah kami periksa dan ternyata belum lengkap." },
	{ K(KELENGKAPAN),  0, TEMPLAT_PARAGRAPH, "{isi?}Yang perlu dilengkapi:" },
	{ K(KELENGKAPAN),  0, TEMPLAT_QUOTE,     "{isi}" },
	{ K(KELENGKAPAN),  0, TEMPLAT_PARAGRAPH, "Kami mohon Saudara melengkapinya paling lambat {batas} dengan menyebutkan nomor pendaftaran. Apabila sampai dengan tanggal tersebut permohonan belum dilengkapi, permohonan dinyatakan gugur dan tidak dapat diproses lebih lanjut. Nomor pendaftarannya tetap tercatat, dan Saudara dapat mengajukan permohonan baru." },
	{ K(KELENGKAPAN),  0, TEMPLAT_PARAGRAPH, "{batas!}Kami mohon Saudara segera melengkapinya dengan menyebutkan nomor pendaftaran." },

	{ K(PERPANJANGAN), 0, TEMPLAT_PARAGRAPH, "Berdasarkan permohonan informasi publik Saudara dengan nomor pendaftaran {nomor}, yang kami terima pada {diterima}, dengan ini kami beritahukan bahwa jangka waktu pemberitahuan tertulis diperpanjang paling lama {hari_perpanjangan} hari kerja, sesuai dengan Pasal 22 ayat (8) " UU "." },
	{ K(PERPANJANGAN), 0, TEMPLAT_PARAGRAPH, "Pemberitahuan tertulis akan kami sampaikan paling lambat {batas}." },
	{ K(PERPANJANGAN), 0, TEMPLAT_PARAGRAPH, "{isi?}Alasan perpanjangan:" },
	{ K(PERPANJANGAN), 0, TEMPLAT_QUOTE,     "{isi}" },
	{ K(PERPANJANGAN), 0, TEMPLAT_PARAGRAPH, "Perpanjangan waktu ini hanya dapat dilakukan satu kali." },

	/* The written notice: art. 22(7) a to g, in the order of the form (DOMAIN.md 1.7). */
	{ K(KEPUTUSAN),    0, TEMPLAT_PARAGRAPH, "Berdasarkan permohonan informasi yang kami terima pada {diterima} dengan nomor pendaftaran {nomor}, kami sampaikan kepada Saudara:" },
	{ K(KEPUTUSAN),    0, TEMPLAT_LINE,      "Nama|{nama}" },
	{ K(KEPUTUSAN),    0, TEMPLAT_LINE,      "Alamat|{alamat}" },
	{ K(KEPUTUSAN),    0, TEMPLAT_LINE,      "Telepon|{telepon}" },
	{ K(KEPUTUSAN),    0, TEMPLAT_LINE,      "Surat elektronik|{surel}" },
	{ K(KEPUTUSAN),    0, TEMPLAT_LINE,      "Keputusan|{keputusan}" },
	{ K(KEPUTUSAN),    0, TEMPLAT_LINE,      "Tanggal keputusan|{pada_tanggal}" },

	{ K(KEPUTUSAN), GIVEN, TEMPLAT_TITLE,    "A. INFORMASI DAPAT DIBERIKAN" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "{badan_lain!}1. Penguasaan informasi|Kami, yaitu {unit}" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "1. Penguasaan informasi|Badan Publik lain, yaitu {badan_lain}" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "2. Bentuk fisik|{bentuk}" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "   Cara penyampaian|{salinan}" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "3. Biaya penyalinan|{biaya_penyalinan}" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "{biaya_penyalinan?}   Biaya pengiriman|{biaya_pengiriman}" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "{biaya_penyalinan!}3. Biaya pengiriman|{biaya_pengiriman}" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "   Jumlah biaya|{biaya}" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "{biaya!}3. Biaya|Tidak dipungut biaya" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "   Cara pembayaran|{cara_bayar}" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "4. Waktu penyediaan|{hari_penyediaan} hari" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_LINE,     "{dihitamkan?}5. Penghitaman|Bagian yang dikecualikan dihitamkan atau dikaburkan" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_PARAGRAPH, "{materi?}Informasi yang diberikan:" },
	{ K(KEPUTUSAN), GIVEN, TEMPLAT_QUOTE,    "{materi}" },
	{ K(KEPUTUSAN), D(DIKABULKAN), TEMPLAT_PARAGRAPH, "{isi?}Penjelasan:" },
	{ K(KEPUTUSAN), D(DIKABULKAN), TEMPLAT_QUOTE, "{isi}" },

	{ K(KEPUTUSAN), NOT_GIVEN, TEMPLAT_TITLE, "B. INFORMASI TIDAK DAPAT DIBERIKAN" },
	{ K(KEPUTUSAN), D(DIKABULKAN_SEBAGIAN), TEMPLAT_TITLE, "B. BAGIAN INFORMASI YANG TIDAK DAPAT DIBERIKAN" },
	{ K(KEPUTUSAN), D(TIDAK_DIKUASAI), TEMPLAT_PARAGRAPH, "{badan_lain!}Informasi yang dimohon tidak berada di bawah penguasaan kami." },
	{ K(KEPUTUSAN), D(TIDAK_DIKUASAI), TEMPLAT_PARAGRAPH, "Informasi yang dimohon tidak berada di bawah penguasaan kami, melainkan dikuasai oleh {badan_lain}. Saudara dapat mengajukan permohonan kepada Badan Publik tersebut." },
	{ K(KEPUTUSAN), D(BELUM_DIDOKUMENTASIKAN), TEMPLAT_PARAGRAPH, "Informasi yang dimohon belum didokumentasikan." },
	{ K(KEPUTUSAN), D(BELUM_DIDOKUMENTASIKAN), TEMPLAT_PARAGRAPH, "Penyediaan informasi yang belum didokumentasikan dilakukan dalam jangka waktu {hari_penyediaan} hari." },
	{ K(KEPUTUSAN), D(TIDAK_BERHAK), TEMPLAT_PARAGRAPH, "Hak memperoleh informasi publik berdasarkan Pasal 1 dan Pasal 4 " UU " dimiliki oleh warga negara Indonesia dan badan hukum Indonesia. Berdasarkan data yang kami terima, persyaratan tersebut tidak terpenuhi." },
	{ K(KEPUTUSAN), D(DITOLAK), TEMPLAT_PARAGRAPH, "{pasal?}PPID memutuskan bahwa informasi yang dimohon adalah INFORMASI YANG DIKECUALIKAN." },
	{ K(KEPUTUSAN), EXEMPT, TEMPLAT_PARAGRAPH, "Pengecualian informasi didasarkan pada Pasal 17 huruf {pasal} " UU "." },
	{ K(KEPUTUSAN), EXEMPT, TEMPLAT_PARAGRAPH, "{pasal?}{isi?}Membuka informasi tersebut dapat menimbulkan konsekuensi sebagai berikut:" },
	{ K(KEPUTUSAN), EXEMPT, TEMPLAT_PARAGRAPH, "{pasal!}{isi?}Alasan:" },
	{ K(KEPUTUSAN), NOT_GIVEN & ~D(DITOLAK), TEMPLAT_PARAGRAPH, "{isi?}Penjelasan:" },
	{ K(KEPUTUSAN), NOT_GIVEN | D(DIKABULKAN_SEBAGIAN), TEMPLAT_QUOTE, "{isi}" },
	{ K(KEPUTUSAN), D(DITOLAK), TEMPLAT_PARAGRAPH, "Dengan demikian PPID menyatakan bahwa PERMOHONAN INFORMASI DITOLAK." },

	{ OBJECTION,       0, TEMPLAT_TITLE,     "HAK MENGAJUKAN KEBERATAN" },
	{ OBJECTION,       0, TEMPLAT_PARAGRAPH, "Apabila Saudara berkeberatan atas keputusan ini, Saudara dapat mengajukan keberatan secara tertulis kepada Atasan PPID paling lambat {hari_keberatan} hari kerja setelah ditemukannya alasan keberatan (Pasal 35 dan Pasal 36 " UU_SHORT "). Atasan PPID memberikan tanggapan tertulis paling lambat {hari_tanggapan_keberatan} hari kerja sejak keberatan diterima." },
	{ OBJECTION,       0, TEMPLAT_PARAGRAPH, "Apabila Saudara tidak puas dengan tanggapan Atasan PPID, atau tanggapan tidak diberikan dalam jangka waktu tersebut, Saudara dapat mengajukan permohonan penyelesaian sengketa informasi publik kepada Komisi Informasi paling lambat {hari_sengketa} hari kerja setelah tanggapan diterima atau setelah jangka waktu tanggapan berakhir (Pasal 37 " UU_SHORT ")." },

	/* DOMAIN.md 1.5. */
	{ K(PENYERAHAN),   0, TEMPLAT_PARAGRAPH, "Informasi publik yang Saudara mohon telah diserahkan sebagai berikut:" },
	{ K(PENYERAHAN),   0, TEMPLAT_LINE,      "Nomor pendaftaran|{nomor}" },
	{ K(PENYERAHAN),   0, TEMPLAT_LINE,      "Diserahkan oleh|{unit}" },
	{ K(PENYERAHAN),   0, TEMPLAT_LINE,      "Diserahkan pada|{pada}" },
	{ K(PENYERAHAN),   0, TEMPLAT_LINE,      "Nama penerima|{nama}" },
	{ K(PENYERAHAN),   0, TEMPLAT_LINE,      "Alamat|{alamat}" },
	{ K(PENYERAHAN),   0, TEMPLAT_LINE,      "Bentuk|{bentuk}" },
	{ K(PENYERAHAN),   0, TEMPLAT_LINE,      "Cara penyampaian|{salinan}" },
	{ K(PENYERAHAN),   0, TEMPLAT_PARAGRAPH, "{materi?}Telah diserahkan berupa:" },
	{ K(PENYERAHAN),   0, TEMPLAT_QUOTE,     "{materi}" },
	{ K(PENYERAHAN),   0, TEMPLAT_PARAGRAPH, "{isi?}Catatan:" },
	{ K(PENYERAHAN),   0, TEMPLAT_QUOTE,     "{isi}" },
	{ K(PENYERAHAN),   0, TEMPLAT_PARAGRAPH, "Apabila informasi tersebut belum Saudara terima atau tidak sesuai dengan permohonan, mohon segera memberitahukannya kepada kami dengan menyebutkan nomor pendaftaran." },

	{ K(GUGUR),        0, TEMPLAT_PARAGRAPH, "Kelengkapan permohonan informasi publik Saudara dengan nomor pendaftaran {nomor}, yang kami terima pada {diterima}, belum kami terima sampai dengan batas waktu, yaitu {batas}." },
	{ K(GUGUR),        0, TEMPLAT_PARAGRAPH, "{batas!}Kelengkapan permohonan informasi publik Saudara dengan nomor pendaftaran {nomor}, yang kami terima pada {diterima}, belum kami terima sampai dengan batas waktu yang telah kami beritahukan." },
	{ K(GUGUR),        0, TEMPLAT_PARAGRAPH, "Oleh karena itu permohonan tersebut dinyatakan GUGUR dan tidak diproses lebih lanjut. Nomor pendaftarannya tetap tercatat dalam register." },
	{ K(GUGUR),        0, TEMPLAT_QUOTE,     "{isi}" },
	{ K(GUGUR),        0, TEMPLAT_PARAGRAPH, "Apabila Saudara telah menyampaikan kelengkapan sebelum batas waktu tersebut, mohon segera memberitahukannya kepada kami. Saudara juga dapat mengajukan permohonan baru." },

	{ K(PENCABUTAN),   0, TEMPLAT_PARAGRAPH, "Pencabutan permohonan informasi publik Saudara dengan nomor pendaftaran {nomor} telah kami terima dan kami catat pada {pada}." },
	{ K(PENCABUTAN),   0, TEMPLAT_PARAGRAPH, "Dengan demikian permohonan tersebut tidak diproses lebih lanjut. Nomor pendaftarannya tetap tercatat dalam register, dan Saudara dapat mengajukan permohonan baru." },
	{ K(PENCABUTAN),   0, TEMPLAT_QUOTE,     "{isi}" },
	{ K(PENCABUTAN),   0, TEMPLAT_PARAGRAPH, "Apabila Saudara tidak pernah mencabut permohonan tersebut, mohon segera memberitahukannya kepada kami." },

	{ K(HIDUP_KEMBALI), 0, TEMPLAT_PARAGRAPH, "Permohonan informasi publik Saudara dengan nomor pendaftaran {nomor}, yang kami terima pada {diterima}, sebelumnya dinyatakan gugur." },
	{ K(HIDUP_KEMBALI), 0, TEMPLAT_PARAGRAPH, "Kelengkapan permohonan tersebut ternyata telah kami terima pada {pada}, sebelum batas waktunya berakhir. Oleh karena itu pemberitahuan gugur tidak berlaku lagi dan permohonan Saudara DIPROSES KEMBALI dengan nomor pendaftaran yang sama." },
	{ K(HIDUP_KEMBALI), 0, TEMPLAT_QUOTE,    "{isi}" },
	{ K(HIDUP_KEMBALI), 0, TEMPLAT_PARAGRAPH, "Pemberitahuan tertulis akan kami sampaikan paling lambat {batas}." },

	{ K(PENGALIHAN),   0, TEMPLAT_PARAGRAPH, "Permohonan informasi publik Saudara dengan nomor pendaftaran {nomor}, yang kami terima pada {diterima}, kami alihkan pada {pada_tanggal} kepada {badan_lain}, yang selanjutnya menangani permohonan tersebut." },
	{ K(PENGALIHAN),   0, TEMPLAT_PARAGRAPH, "{badan_lain!}Permohonan informasi publik Saudara dengan nomor pendaftaran {nomor}, yang kami terima pada {diterima}, kami alihkan kepada unit lain, yang selanjutnya menangani permohonan tersebut." },
	{ K(PENGALIHAN),   0, TEMPLAT_PARAGRAPH, "{isi?}Alasan pengalihan:" },
	{ K(PENGALIHAN),   0, TEMPLAT_QUOTE,     "{isi}" },
	{ K(PENGALIHAN),   0, TEMPLAT_PARAGRAPH, "Saudara tidak perlu mengajukan permohonan baru. Nomor pendaftarannya tetap tercatat dalam register kami." },

	/* Who signs. */
	{ ALL,             0, TEMPLAT_PARAGRAPH, "{tempat_tanggal}" },
	{ ALL,             0, TEMPLAT_PARAGRAPH, "{penanda_tangan}" },
	{ ALL,             0, TEMPLAT_PARAGRAPH, "Surat elektronik ini dikirimkan secara otomatis." },

	{ ALL,             0, TEMPLAT_TITLE,     "IN ENGLISH (a summary; the Indonesian text above is authoritative)" },
	{ K(TANDA_BUKTI),  0, TEMPLAT_PARAGRAPH, "We have received and registered your request for public information under number {nomor} on {received}." },
	{ K(TANDA_BUKTI),  0, TEMPLAT_PARAGRAPH, "Your tracking code is {kode}. Keep it to yourself: with the number and the code you can ask how your request is going." },
	{ K(TANDA_BUKTI),  0, TEMPLAT_PARAGRAPH, "Look it up at {lacak}." },
	{ K(TANDA_BUKTI),  0, TEMPLAT_PARAGRAPH, "You will be given a written notice within {days_answer} working days, which may be extended once by up to {days_extension} working days for a written reason (article 22 of " ACT ")." },
	{ K(KELENGKAPAN),  0, TEMPLAT_PARAGRAPH, "Your request {nomor} is not complete; what is missing is listed above. Please complete it by {due}, quoting the number. Otherwise it lapses; you may then lodge a new one." },
	{ K(KELENGKAPAN),  0, TEMPLAT_PARAGRAPH, "{due!}Your request {nomor} is not complete; what is missing is listed above. Please complete it soon, quoting the number." },
	{ K(PERPANJANGAN), 0, TEMPLAT_PARAGRAPH, "The time for answering your request {nomor} has been extended, once, for the reason given above." },
	{ K(PERPANJANGAN), 0, TEMPLAT_PARAGRAPH, "You will be answered by {due}." },
	{ K(KEPUTUSAN), D(DIKABULKAN), TEMPLAT_PARAGRAPH, "Your request {nomor} is granted. Part A above says what is given, in which form, at what cost and when." },
	{ K(KEPUTUSAN), D(DIKABULKAN_SEBAGIAN), TEMPLAT_PARAGRAPH, "Your request {nomor} is granted in part. Part A above says what is given, in which form, at what cost and when; part B what is not given, and why." },
	{ K(KEPUTUSAN), D(DITOLAK), TEMPLAT_PARAGRAPH, "Your request {nomor} is refused, for the reason given in part B above." },
	{ K(KEPUTUSAN), EXEMPT, TEMPLAT_PARAGRAPH, "Information is exempt under article 17, letter {article}, of " ACT "." },
	{ K(KEPUTUSAN), D(TIDAK_DIKUASAI), TEMPLAT_PARAGRAPH, "{badan_lain!}We do not hold the information of your request {nomor}." },
	{ K(KEPUTUSAN), D(TIDAK_DIKUASAI), TEMPLAT_PARAGRAPH, "We do not hold the information of your request {nomor}; it is held by {badan_lain}." },
	{ K(KEPUTUSAN), D(BELUM_DIDOKUMENTASIKAN), TEMPLAT_PARAGRAPH, "The information of your request {nomor} has not been documented yet." },
	{ K(KEPUTUSAN), D(TIDAK_BERHAK), TEMPLAT_PARAGRAPH, "Your request {nomor} cannot be granted: under " ACT " Indonesian citizens and Indonesian legal entities may ask for public information." },
	{ OBJECTION,       0, TEMPLAT_PARAGRAPH, "You may object in writing to the superior of the information officer (Atasan PPID) within {days_objection} working days, and go to the Information Commission (Komisi Informasi) within {days_dispute} working days after the answer to your objection, or after the time for that answer has passed." },
	{ K(PENYERAHAN),   0, TEMPLAT_PARAGRAPH, "The information of your request {nomor} was handed over on {on}. Please tell us if you have not received it." },
	{ K(GUGUR),        0, TEMPLAT_PARAGRAPH, "Your request {nomor} has lapsed because it was not completed in time. If you did complete it in time, please tell us; you may also lodge a new request." },
	{ K(PENCABUTAN),   0, TEMPLAT_PARAGRAPH, "We have noted on {on} that you withdrew your request {nomor}. If you did not, please tell us." },
	{ K(HIDUP_KEMBALI), 0, TEMPLAT_PARAGRAPH, "Your request {nomor} was completed in time after all: we had received what was missing on {on}. The notice that it lapsed no longer holds, and the request goes on under the same number." },
	{ K(HIDUP_KEMBALI), 0, TEMPLAT_PARAGRAPH, "You will be answered by {due}." },
	{ K(PENGALIHAN),   0, TEMPLAT_PARAGRAPH, "Your request {nomor} was transferred to {badan_lain}, which will deal with it from now on. You need not lodge it again." },
	{ K(PENGALIHAN),   0, TEMPLAT_PARAGRAPH, "{badan_lain!}Your request {nomor} was transferred to another unit, which will deal with it from now on. You need not lodge it again." },
};
/* clang-format on */
const uint32_t templat_count = sizeof templat_rows / sizeof templat_rows[0];

const char *templat_subject(uint32_t kind)
{
	static const char *const subjects[] = {
		[JENIS_PENGIRIMAN_TANDA_BUKTI] = "Tanda bukti penerimaan permohonan informasi publik",
		[JENIS_PENGIRIMAN_KELENGKAPAN] = "Kelengkapan permohonan informasi publik",
		[JENIS_PENGIRIMAN_PERPANJANGAN] = "Perpanjangan waktu permohonan informasi publik",
		[JENIS_PENGIRIMAN_KEPUTUSAN] = "Pemberitahuan tertulis atas permohonan informasi publik",
		[JENIS_PENGIRIMAN_PENYERAHAN] = "Tanda bukti penyerahan informasi publik",
		[JENIS_PENGIRIMAN_GUGUR] = "Permohonan informasi publik dinyatakan gugur",
		[JENIS_PENGIRIMAN_PENCABUTAN] = "Pencabutan permohonan informasi publik",
		[JENIS_PENGIRIMAN_HIDUP_KEMBALI] = "Permohonan informasi publik diproses kembali",
		[JENIS_PENGIRIMAN_PENGALIHAN] = "Pengalihan permohonan informasi publik",
	};

	return subjects[kind];
}
